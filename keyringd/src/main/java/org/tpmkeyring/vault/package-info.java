// SPDX-License-Identifier: Apache-2.0
/**
 * The vault: protectors, keys wrapped under its key-encryption key, its file's contents. May use the ports of
 * {@code tpm}, {@code secret} and {@code store}.
 */
package org.tpmkeyring.vault;
