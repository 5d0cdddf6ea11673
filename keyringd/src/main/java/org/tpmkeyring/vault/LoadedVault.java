// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import org.tpmkeyring.protocol.value.Bytes;

/**
 * A vault as its file has it. Until {@link VaultRepository#verify} has passed, nobody vouches for it but the
 * file system.
 *
 * @param generation of the file
 * @param mac authentication code of everything in the vault and the generation, 32 bytes
 */
public record LoadedVault(Vault vault, long generation, Bytes mac) {}
