// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import java.nio.ByteBuffer;
import org.tpmkeyring.cli.secret.DirectSecret;

/** What a call does when the daemon asks for a secret or hands one out. */
public interface SecretExchange {
    /**
     * The daemon asks for a secret.
     *
     * @param label {@code key}, {@code recovery-key}, {@code pin}, {@code passphrase}, {@code new-pin} or
     *     {@code new-passphrase}
     * @param maxBytes the longest it accepts
     * @return the secret from position to limit; the client closes it
     * @throws org.tpmkeyring.protocol.KeyringException when there is none; the call ends with it
     */
    DirectSecret want(String label, int maxBytes);

    /**
     * The daemon hands a secret out. Returning tells the daemon that the person has it, and only then
     * does it commit; so anything that goes wrong has to be thrown.
     *
     * @param secret from position to limit; stays the client's, which wipes it
     */
    void offer(String label, ByteBuffer secret);
}
