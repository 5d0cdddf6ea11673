// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import org.tpmkeyring.protocol.value.Bytes;

/** Stand-in. */
public record LoadedVault(Vault vault, long generation, Bytes mac) {}
