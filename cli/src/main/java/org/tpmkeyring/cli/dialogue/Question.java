// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.dialogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.tpmkeyring.cli.terminal.Terminal;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** Asks whether a person is sure. */
public final class Question {
    private Question() {}

    /**
     * Returns when the answer is yes.
     *
     * @param consequence what would be lost, one sentence
     * @param what what to type at the end, such as {@code remove key 'home'}
     * @throws KeyringException BAD_ARGUMENT when nobody can be asked, UNEXPECTED when the answer is no
     */
    public static void demandYes(Terminal terminal, String consequence, String what) {
        if (!terminal.interactive()) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "--yes")
                    .with("reason", "needed to " + what + " where nobody can be asked. " + consequence)
                    .build();
        }
        try {
            terminal.show(consequence + "\n" + capital(what) + "? [y/N] ");
            ByteBuffer answer = ByteBuffer.allocateDirect(64);
            if (terminal.readLine(answer, true) && meansYes(answer)) {
                return;
            }
        } catch (IOException unreadable) {
            throw no(what);
        }
        throw no(what);
    }

    private static boolean meansYes(ByteBuffer answer) {
        StringBuilder text = new StringBuilder();
        while (answer.hasRemaining()) {
            text.append((char) answer.get());
        }
        String word = text.toString().strip();
        return word.equalsIgnoreCase("y") || word.equalsIgnoreCase("yes");
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static KeyringException no(String what) {
        return KeyringException.of(ErrorKind.UNEXPECTED)
                .with("detail", "the answer was not yes, did not " + what)
                .with("hint", "tpm-keyring list")
                .build();
    }
}
