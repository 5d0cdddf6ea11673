// SPDX-License-Identifier: Apache-2.0
/**
 * Vault files in a directory: their frame, who may have written them, and a replacement that survives a crash.
 * Known to {@code daemon} alone. docs/vault-format.md has every byte.
 */
package org.tpmkeyring.store.directory;
