// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.wire;

/**
 * Parameters of the step of a dialogue in which the server hands a secret out; its frame follows at once.
 *
 * @param offer label: {@code recovery-key}, {@code passphrase} or {@code authtok}
 */
public record SecretOffered(String offer) {}
