// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.secret.SecretBuffer;

/** The way for secrets between a use case and the person who called it. */
public interface SecretDialogue {
    /** Whether secrets may cross; every step is refused otherwise. */
    boolean possible();

    /**
     * Asks for a secret.
     *
     * @param label {@code key}, {@code recovery-key}, {@code password}, {@code pin}, {@code passphrase}, and for new ones
     *     {@code new-pin} or {@code new-passphrase}
     * @param maxBytes longest that is accepted
     * @return at least 1 byte; the caller owns it
     * @throws org.tpmkeyring.protocol.KeyringException BAD_ARGUMENT when the person has none, DEADLINE_EXCEEDED,
     *     or BAD_MESSAGE when the call was made without {@code upgrade}
     */
    SecretBuffer want(String label, int maxBytes);

    /**
     * Hands a secret out and returns once the client confirmed that it was shown.
     *
     * @param secret stays the caller's
     * @throws org.tpmkeyring.protocol.KeyringException when it was not confirmed: nothing may be committed then
     */
    void offer(String label, SecretBuffer secret);
}
