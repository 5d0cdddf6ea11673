// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.dialogue;

import java.io.IOException;
import java.util.function.Supplier;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.cli.terminal.Terminal;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * Answers when the daemon wants a recovery key. One in a file is read and checked before the daemon is
 * called; otherwise the person is asked, and only when the daemon really wants it.
 */
public final class RecoveryKeyAnswer implements Dialogue.Source, AutoCloseable {
    private final Supplier<String> vault;
    private final String option;
    private final boolean changing;
    private final GivenRecoveryKey given;
    private final Terminal terminal;
    private final PasswordAnswer passwords;
    private DirectSecret known;

    private RecoveryKeyAnswer(
            Supplier<String> vault,
            String option,
            boolean changing,
            KeyFile file,
            Terminal terminal,
            PasswordAnswer passwords) {
        this.passwords = passwords;
        this.vault = vault;
        this.option = option;
        this.changing = changing;
        this.given = new GivenRecoveryKey(vault, terminal);
        this.terminal = terminal;
        this.known = file == null ? null : given.from(file);
    }

    /**
     * To open a vault that the person named.
     *
     * @param option the option that can name a file, for messages
     * @param file the file; null to ask
     * @param passwords for a new PIN; closed with this
     * @throws KeyringException BAD_ARGUMENT or BAD_RECOVERY_KEY when the file has none
     */
    public static RecoveryKeyAnswer opening(
            String vault, String option, KeyFile file, Terminal terminal, PasswordAnswer passwords) {
        return new RecoveryKeyAnswer(() -> vault, option, false, file, terminal, passwords);
    }

    /**
     * To change a vault that the TPM turns out not to open. Where nobody can be asked the daemon is told so, which
     * knows better why it wants a key.
     *
     * @param vault tells the vault's name, once that is needed
     * @param file the file; null to ask
     * @param passwords are asked for before; closed with this
     * @throws KeyringException BAD_ARGUMENT or BAD_RECOVERY_KEY when the file has none
     */
    public static RecoveryKeyAnswer changing(
            Supplier<String> vault, KeyFile file, Terminal terminal, PasswordAnswer passwords) {
        return new RecoveryKeyAnswer(vault, "", true, file, terminal, passwords);
    }

    /** Has a dialogue answered by this, and by the passwords. */
    public Dialogue into(Dialogue dialogue) {
        return passwords.into(dialogue).onWant(Dialogue.RECOVERY_KEY, this);
    }

    /** Whether there is a key: one from a file, or one that was typed before. */
    public boolean given() {
        return known != null;
    }

    /** Whether there is a key, or somebody who can be asked for one. */
    public boolean possible() {
        return given() || terminal.interactive();
    }

    /** A command that opens a vault twice asks once. */
    @Override
    public DirectSecret get(int maxBytes) throws IOException {
        if (!possible()) {
            return none();
        }
        if (known == null) {
            if (changing) {
                terminal.show("The TPM does not open the vault now, its recovery key does.\n");
            }
            known = given.typed();
        }
        return known.copy();
    }

    private DirectSecret none() {
        if (changing) {
            return DirectSecret.allocate(0);
        }
        throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", option)
                .with(
                        "reason",
                        "a recovery key of vault '" + vault.get() + "' is needed, and there is no terminal to ask on")
                .build();
    }

    @Override
    public void close() {
        passwords.close();
        if (known != null) {
            known.close();
        }
    }
}
