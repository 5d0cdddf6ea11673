// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel;

/**
 * Format and size of an {@code encrypted} key (security/keys/encrypted-keys/encrypted.c).
 *
 * @param format {@code default}, {@code ecryptfs} or {@code enc32}
 * @param masterDescription description of the {@code user} master key, without type
 * @param sizeBytes length of the decrypted payload
 */
public record EncryptedKeyShape(String format, String masterDescription, int sizeBytes) {}
