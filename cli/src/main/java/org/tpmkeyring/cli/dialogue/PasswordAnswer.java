// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.dialogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.cli.terminal.Terminal;

/**
 * Answers when the daemon wants the PIN or passphrase of a vault, one that opens it or a new one: from a file, whose
 * line break at the end is left out, or typed unseen. Where there is neither, the daemon is told so, which knows what
 * else may open the vault.
 */
public final class PasswordAnswer implements AutoCloseable {
    private static final String PIN = "pin";
    private static final String PASSPHRASE = "passphrase";
    private static final String NEW = "new-";
    private static final int FILE_BYTES = 513;

    private final Supplier<String> vault;
    private final Terminal terminal;
    private final KeyFile file;
    private final KeyFile newFile;
    private final boolean otherKey;
    private DirectSecret known;

    /**
     * @param vault tells the vault's name, once that is needed
     * @param file of the password that opens it; null to ask
     * @param newFile of the new password; null to ask
     * @param otherKey whether something else was given to open it, so that nobody is asked for its password
     */
    public PasswordAnswer(Supplier<String> vault, Terminal terminal, KeyFile file, KeyFile newFile, boolean otherKey) {
        this.vault = vault;
        this.terminal = terminal;
        this.file = file;
        this.newFile = newFile;
        this.otherKey = otherKey;
    }

    /** Has a dialogue answered by this. */
    public Dialogue into(Dialogue dialogue) {
        return dialogue.onWant(PIN, most -> old("PIN", most))
                .onWant(PASSPHRASE, most -> old("Passphrase", most))
                .onWant(NEW + PIN, most -> fresh("PIN", most))
                .onWant(NEW + PASSPHRASE, most -> fresh("passphrase", most));
    }

    /** A command that opens a vault twice asks once. */
    private DirectSecret old(String what, int maxBytes) throws IOException {
        if (known == null) {
            known = read(what, maxBytes);
        }
        return known.copy();
    }

    private DirectSecret read(String what, int maxBytes) throws IOException {
        if (file != null) {
            return line(file);
        }
        if (otherKey || !terminal.interactive()) {
            return DirectSecret.allocate(0);
        }
        return new PromptedSecret(terminal).ask(what + " of vault '" + vault.get() + "': ", maxBytes);
    }

    private DirectSecret fresh(String what, int maxBytes) throws IOException {
        if (newFile != null) {
            return line(newFile);
        }
        if (!terminal.interactive()) {
            return DirectSecret.allocate(0);
        }
        return new PromptedSecret(terminal).askTwice("New " + what + " for vault '" + vault.get() + "'", maxBytes);
    }

    /** As the terminal would give it. A longer one is for the daemon to refuse. */
    private static DirectSecret line(KeyFile from) {
        DirectSecret secret = from.read(FILE_BYTES);
        ByteBuffer bytes = secret.buffer();
        if (bytes.hasRemaining() && bytes.get(bytes.limit() - 1) == '\n') {
            bytes.limit(bytes.limit() - 1);
        }
        return secret;
    }

    @Override
    public void close() {
        if (known != null) {
            known.close();
        }
    }
}
