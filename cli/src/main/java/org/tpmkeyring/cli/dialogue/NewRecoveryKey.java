// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.dialogue;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.cli.terminal.RecoveryKeyCard;
import org.tpmkeyring.cli.terminal.Terminal;
import org.tpmkeyring.protocol.value.RecoveryKeyText;

/**
 * Shows a new recovery key: on the terminal, so that no redirection catches it; on standard error where
 * there is no terminal.
 */
public final class NewRecoveryKey implements Dialogue.Sink {
    private final String vault;
    private final Terminal terminal;
    private final PrintStream err;
    private final boolean colours;

    /**
     * @param vault name of the vault that the key opens
     * @param colours whether the terminal understands them
     */
    public NewRecoveryKey(String vault, Terminal terminal, PrintStream err, boolean colours) {
        this.vault = vault;
        this.terminal = terminal;
        this.err = err;
        this.colours = colours;
    }

    @Override
    public void put(ByteBuffer secret) throws IOException {
        try (DirectSecret text = asText(secret)) {
            boolean onTerminal = terminal.present();
            RecoveryKeyCard.show(
                    onTerminal ? new OnTerminal() : new OnError(), vault, text.buffer(), onTerminal && colours);
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

    private final class OnError implements RecoveryKeyCard.Surface {
        @Override
        public void text(String text) {
            err.print(text);
            err.flush();
        }

        @Override
        public void bytes(ByteBuffer bytes) throws IOException {
            WritableByteChannel channel = Channels.newChannel(err);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            err.flush();
        }
    }
}
