// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.dialogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.cli.terminal.Terminal;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** A password that exists already, from a file or typed once, unseen. */
public final class GivenPassword implements Dialogue.Source {
    private final String option;
    private final String question;
    private final KeyFile file;
    private final Terminal terminal;

    /**
     * @param option the option that can name a file, for messages
     * @param question such as {@code Login password}
     * @param file null to ask
     */
    public GivenPassword(String option, String question, KeyFile file, Terminal terminal) {
        this.option = option;
        this.question = question;
        this.file = file;
        this.terminal = terminal;
    }

    /**
     * @throws KeyringException BAD_ARGUMENT when nobody can be asked
     */
    public void requirePossible() {
        if (file == null && !terminal.interactive()) {
            throw bad("needed, since there is no terminal to ask for the password on");
        }
    }

    /** One line break at its end does not count. */
    @Override
    public DirectSecret get(int maxBytes) throws IOException {
        DirectSecret password =
                file == null ? new PromptedSecret(terminal).askOnce(question + ": ") : file.read(maxBytes + 1);
        ByteBuffer bytes = password.buffer();
        if (file != null && bytes.hasRemaining() && bytes.get(bytes.limit() - 1) == '\n') {
            bytes.limit(bytes.limit() - 1);
        }
        if (bytes.remaining() >= 1 && bytes.remaining() <= maxBytes) {
            return password;
        }
        String reason =
                bytes.hasRemaining() ? "the password has more than " + maxBytes + " bytes" : "the password is empty";
        password.close();
        throw bad(reason + ", and 1 to " + maxBytes + " are possible");
    }

    private KeyringException bad(String reason) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", option)
                .with("reason", reason)
                .build();
    }
}
