// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.dialogue;

import java.io.IOException;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.cli.terminal.Terminal;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * Answers when the daemon wants a recovery key. One in a file is read and checked before the daemon is
 * called; otherwise the person is asked, and only when the daemon really wants it.
 */
public final class RecoveryKeyAnswer implements Dialogue.Source, AutoCloseable {
    private final GivenRecoveryKey given;
    private final Terminal terminal;
    private final String vault;
    private final String option;
    private final DirectSecret fromFile;

    /**
     * @param vault the vault it is to open
     * @param option the option that can name a file, for messages
     * @param file the file; null to ask
     * @throws KeyringException BAD_ARGUMENT or BAD_RECOVERY_KEY when the file has none
     */
    public RecoveryKeyAnswer(String vault, String option, KeyFile file, Terminal terminal) {
        this.given = new GivenRecoveryKey(vault, terminal);
        this.terminal = terminal;
        this.vault = vault;
        this.option = option;
        this.fromFile = file == null ? null : given.from(file);
    }

    @Override
    public DirectSecret get(int maxBytes) throws IOException {
        if (fromFile != null) {
            return fromFile;
        }
        if (!terminal.interactive()) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", option)
                    .with(
                            "reason",
                            "a recovery key of vault '" + vault + "' is needed, and there is no terminal to ask on")
                    .build();
        }
        return given.typed();
    }

    @Override
    public void close() {
        if (fromFile != null) {
            fromFile.close();
        }
    }
}
