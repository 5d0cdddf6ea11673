// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.dialogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.tpmkeyring.cli.client.SecretExchange;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** A secret exchange put together from a source or a sink for each label. */
public final class Dialogue implements SecretExchange {
    /** Label of a key's payload. */
    public static final String KEY = "key";

    /** Label of a vault's recovery key, 32 raw bytes. */
    public static final String RECOVERY_KEY = "recovery-key";

    /** Label of an eCryptfs passphrase. */
    public static final String PASSPHRASE = "passphrase";

    /** Label of a password that opens what somebody else made. */
    public static final String PASSWORD = "password";

    private final Map<String, Source> sources = new HashMap<>();
    private final Map<String, Sink> sinks = new HashMap<>();

    /** Where a secret comes from. */
    @FunctionalInterface
    public interface Source {
        /**
         * @return the secret from position to limit, the caller's to close
         * @throws KeyringException when there is none
         */
        DirectSecret get(int maxBytes) throws IOException;
    }

    /** Where a secret goes. */
    @FunctionalInterface
    public interface Sink {
        /**
         * @param secret from position to limit, not to be kept
         */
        void put(ByteBuffer secret) throws IOException;
    }

    /** Answers when a secret of this label is wanted. */
    public Dialogue onWant(String label, Source source) {
        sources.put(label, source);
        return this;
    }

    /** Takes a secret of this label. */
    public Dialogue onOffer(String label, Sink sink) {
        sinks.put(label, sink);
        return this;
    }

    @Override
    public DirectSecret want(String label, int maxBytes) {
        Source source = sources.get(label);
        if (source == null) {
            throw notExpected("asks for", label);
        }
        try {
            return source.get(maxBytes);
        } catch (IOException e) {
            throw failed("reading a " + label, e);
        }
    }

    @Override
    public void offer(String label, ByteBuffer secret) {
        Sink sink = sinks.get(label);
        if (sink == null) {
            throw notExpected("offers", label);
        }
        try {
            sink.put(secret);
        } catch (IOException e) {
            throw failed("handing out a " + label, e);
        }
    }

    private static KeyringException notExpected(String what, String label) {
        return KeyringException.of(ErrorKind.BAD_MESSAGE)
                .with("reason", "keyringd " + what + " a secret '" + label + "' where none belongs")
                .build();
    }

    private static KeyringException failed(String what, IOException cause) {
        return KeyringException.of(ErrorKind.UNEXPECTED)
                .with("detail", what + " failed, nothing was changed: " + cause.getMessage())
                .with("hint", "tpm-keyring doctor")
                .causedBy(cause)
                .build();
    }
}
