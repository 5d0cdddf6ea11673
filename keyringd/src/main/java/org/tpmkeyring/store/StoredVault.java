// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store;

import org.tpmkeyring.protocol.value.Bytes;

/**
 * A vault file as read.
 *
 * @param generation counts up by one with each replacement, from 1
 * @param body what the vault package wrote
 */
public record StoredVault(long generation, Bytes body) {}
