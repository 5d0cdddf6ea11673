// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.terminal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * How a recovery key is shown: a QR code with what it is for beside it, and the key itself as the last
 * line. 19 lines: all of it is on an 80 by 24 screen together with what the command says and the prompt.
 */
public final class RecoveryKeyCard {
    private static final int FIRST_LINE_OF_TEXT = 1;

    /** What is left of 80 columns behind picture and command. */
    private static final int ROOM_FOR_NAME = 13;

    private RecoveryKeyCard() {}

    /** Where the card goes. */
    public interface Surface {
        /** Shows text. */
        void text(String text) throws IOException;

        /** Shows bytes of a direct buffer, from position to limit. */
        void bytes(ByteBuffer bytes) throws IOException;
    }

    /**
     * Shows the card.
     *
     * @param vault name of the vault that the key opens
     * @param key text of the key, ASCII from position to limit; left as it is
     */
    public static void show(Surface surface, String vault, ByteBuffer key, boolean colours) throws IOException {
        String[] picture = QrBlocks.lines(key, colours);
        String[] words = words(vault);
        StringBuilder card = new StringBuilder("\n");
        for (int i = 0; i < picture.length; i++) {
            int word = i - FIRST_LINE_OF_TEXT;
            boolean hasWords = word >= 0 && word < words.length && !words[word].isEmpty();
            card.append(picture[i]).append(hasWords ? "  " + words[word] : "").append('\n');
        }
        surface.text(card.toString());
        surface.bytes(key.duplicate());
        surface.text("\n");
    }

    private static String[] words(String vault) {
        return new String[] {
            "RECOVERY KEY of vault '" + shortened(vault) + "'",
            "",
            "It opens the vault when the TPM does not:",
            "after a firmware update, on a new mainboard,",
            "with the disk in another machine.",
            "",
            "Keep it away from this machine, on paper or",
            "in a password store. Whoever has it can open",
            "the vault. It is shown only this once.",
            "",
            "To use it:  tpm-keyring recover " + (vault.length() <= ROOM_FOR_NAME ? vault : "VAULT"),
            "",
            "The key is the line below. The square says",
            "the same to a camera, in capitals.",
        };
    }

    private static String shortened(String vault) {
        return vault.length() <= 20 ? vault : vault.substring(0, 19) + "\u2026";
    }
}
