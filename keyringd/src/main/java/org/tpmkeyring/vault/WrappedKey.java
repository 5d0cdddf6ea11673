// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.Bytes;

/**
 * A key as it is stored.
 *
 * @param record its metadata
 * @param wrapped nonce, AES-256-GCM ciphertext and tag; vault id and record are the associated data
 */
public record WrappedKey(KeyRecord record, Bytes wrapped) {}
