// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import java.nio.ByteBuffer;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** Refuses every secret, for calls that have nothing to do with any. */
final class NoSecrets implements SecretExchange {
    @Override
    public DirectSecret want(String label, int maxBytes) {
        throw unexpected(label);
    }

    @Override
    public void offer(String label, ByteBuffer secret) {
        throw unexpected(label);
    }

    private static KeyringException unexpected(String label) {
        return KeyringException.of(ErrorKind.BAD_MESSAGE)
                .with("reason", "keyringd talks of a secret '" + label + "' where none belongs")
                .build();
    }
}
