// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.dialogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.cli.terminal.Terminal;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** Asks for a secret, unseen; for a new one twice, so that a slip of the finger does not become the key. */
public final class PromptedSecret {
    private static final int TRIES = 3;

    /** A terminal line has at most 4,095 bytes (N_TTY_BUF_SIZE, termios(3)). */
    private static final int LINE_BYTES = 4096;

    private final Terminal terminal;

    public PromptedSecret(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * @param what begins the question, such as {@code Passphrase for key 'home'}
     * @return what was typed, from position to limit, the caller's to close
     * @throws KeyringException BAD_ARGUMENT when the two differ three times, or at the end of input
     */
    DirectSecret askTwice(String what, int maxBytes) throws IOException {
        int room = Math.min(maxBytes, LINE_BYTES);
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            DirectSecret first = ask(what + ": ", room);
            try (DirectSecret second = ask("The same again: ", room)) {
                if (first.buffer().equals(second.buffer())) {
                    return first;
                }
            }
            first.close();
            terminal.show("The two are not the same." + (attempt < TRIES ? " Try again.\n" : "\n"));
        }
        throw none("what was typed differed " + TRIES + " times");
    }

    /**
     * Asks for a secret that exists already.
     *
     * @return the caller's to close; may be empty
     * @throws KeyringException BAD_ARGUMENT at the end of input
     */
    DirectSecret askOnce(String question) throws IOException {
        return ask(question, LINE_BYTES);
    }

    /** Asks once, for one that is known already. */
    DirectSecret ask(String question, int room) throws IOException {
        DirectSecret secret = DirectSecret.allocate(room);
        ByteBuffer line = secret.buffer();
        try {
            if (terminal.ask(question, line, false)) {
                return secret;
            }
        } catch (IOException e) {
            secret.close();
            throw e;
        }
        secret.close();
        throw none("nothing was typed");
    }

    private static KeyringException none(String reason) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", "secret")
                .with("reason", reason)
                .build();
    }
}
