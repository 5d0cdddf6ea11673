// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.dialogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.cli.terminal.Terminal;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.RecoveryKeyText;

/**
 * A recovery key that a person gives, from a file or typed. A typo is found here, by the check digits:
 * the daemon only ever sees a key that could be one.
 */
public final class GivenRecoveryKey {
    private static final int TEXT_BYTES = 256;
    private static final int TRIES = 3;

    /** Field that marks the end of input, after which asking again makes no sense. */
    private static final String END = "end";

    private final Supplier<String> vault;
    private final Terminal terminal;

    /**
     * @param vault tells the name of the vault it is to open, once that is needed
     */
    public GivenRecoveryKey(Supplier<String> vault, Terminal terminal) {
        this.vault = vault;
        this.terminal = terminal;
    }

    /**
     * Reads it from a file; blanks, line breaks and dashes do not count.
     *
     * @return 32 bytes from position to limit, the caller's to close
     * @throws KeyringException BAD_RECOVERY_KEY when it holds none
     */
    public DirectSecret from(KeyFile file) {
        try (DirectSecret text = file.read(TEXT_BYTES)) {
            return parse(text.buffer());
        }
    }

    /**
     * Asks for it, up to three times. A key copied from paper is typed where it can be seen, and taken off
     * the screen once it was read.
     *
     * @throws KeyringException BAD_RECOVERY_KEY after three typos or at the end of input
     */
    public DirectSecret typed() throws IOException {
        terminal.show("Recovery key of vault '" + vault.get() + "', with or without the dashes:\n");
        for (int attempt = 1; attempt < TRIES; attempt++) {
            try {
                return typedOnce();
            } catch (KeyringException typo) {
                if (typo.fields().containsKey(END)) {
                    throw typo;
                }
                terminal.show("Not a recovery key: " + typo.fields().get("reason") + ". Once more:\n");
            }
        }
        return typedOnce();
    }

    private DirectSecret typedOnce() throws IOException {
        try (DirectSecret text = DirectSecret.allocate(TEXT_BYTES)) {
            if (!terminal.ask("", text.buffer(), true)) {
                throw bad("nothing was typed").with(END, "");
            }
            terminal.show(upAndClear(text.buffer().remaining()));
            return parse(text.buffer());
        }
    }

    /** Moves the cursor over the lines that the typing took and clears the screen from there (ECMA-48). */
    private String upAndClear(int typed) {
        int lines = typed / Math.max(1, terminal.columns()) + 1;
        return "\u001b[" + lines + "A\r\u001b[J";
    }

    private DirectSecret parse(ByteBuffer text) {
        DirectSecret key = DirectSecret.allocate(RecoveryKeyText.KEY_BYTES);
        try {
            RecoveryKeyText.parse(text, key.buffer());
            key.buffer().clear();
            return key;
        } catch (KeyringException e) {
            key.close();
            throw e.with("vault", vault.get());
        }
    }

    private KeyringException bad(String reason) {
        return KeyringException.of(ErrorKind.BAD_RECOVERY_KEY)
                .with("reason", reason)
                .with("vault", vault.get())
                .build();
    }
}
