// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.wire;

/**
 * Parameters of the step of a dialogue in which the server asks for a secret.
 *
 * @param want label: {@code key}, {@code recovery-key}, {@code password}, {@code pin}, {@code passphrase}, {@code new-pin} or
 *     {@code new-passphrase}
 * @param maxBytes longest frame that is accepted
 */
public record SecretWanted(String want, int maxBytes) {}
