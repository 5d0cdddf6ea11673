// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.dialogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.cli.terminal.RecoveryKeyCard;
import org.tpmkeyring.cli.terminal.Terminal;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.RecoveryKeyText;

/**
 * Shows a new recovery key on the terminal. Without one it is refused, and the daemon then writes nothing: what a
 * script or a unit prints ends in mails and journals.
 */
public final class NewRecoveryKey implements Dialogue.Sink {
    private final String vault;
    private final Terminal terminal;
    private final boolean colours;

    /**
     * Made for each call that may get one.
     *
     * @param vault name of the vault that the key opens
     * @param colours whether the terminal understands them
     */
    public NewRecoveryKey(String vault, Terminal terminal, boolean colours) {
        this.vault = vault;
        this.terminal = terminal;
        this.colours = colours;
    }

    /**
     * Shows it.
     *
     * @throws KeyringException BAD_ARGUMENT when there is no terminal to show it on
     */
    @Override
    public void put(ByteBuffer secret) throws IOException {
        if (!terminal.present()) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "--recovery-key-file")
                    .with(
                            "reason",
                            "needed for the recovery key of vault '" + vault
                                    + "', since there is no terminal to show it on")
                    .with("hint", "the same command with --recovery-key-file FILE")
                    .build();
        }
        try (DirectSecret text = asText(secret)) {
            RecoveryKeyCard.show(new OnTerminal(), vault, text.buffer(), colours);
        }
    }

    /** The text form, from position to limit, the caller's to close. */
    static DirectSecret asText(ByteBuffer secret) {
        DirectSecret text = DirectSecret.allocate(RecoveryKeyText.TEXT_BYTES);
        RecoveryKeyText.format(secret.duplicate(), text.buffer());
        text.buffer().flip();
        return text;
    }

    private final class OnTerminal implements RecoveryKeyCard.Surface {
        @Override
        public void text(String text) throws IOException {
            terminal.show(text);
        }

        @Override
        public void bytes(ByteBuffer bytes) throws IOException {
            terminal.show(bytes);
        }
    }
}
