// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.dialogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.tpmkeyring.cli.terminal.Terminal;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** Asks whether a person is sure. */
public final class Question {
    private static final int ANSWER_BYTES = 64;

    private Question() {}

    /**
     * @param consequence what would be lost, one sentence
     * @param what what is about to be done, such as {@code remove key 'home'}
     * @param command what to type where nobody can be asked
     * @return whether the answer is yes
     * @throws KeyringException BAD_ARGUMENT when nobody can be asked
     */
    public static boolean yes(Terminal terminal, String consequence, String what, String command) {
        if (!terminal.interactive()) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "--yes")
                    .with("reason", "needed to " + what + ", since there is no terminal to ask on")
                    .with("hint", command)
                    .build();
        }
        try {
            String question = consequence + "\n" + capital(what) + "? [y/N] ";
            ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_BYTES);
            return terminal.ask(question, answer, true) && meansYes(answer);
        } catch (IOException unreadable) {
            return false;
        }
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
}
