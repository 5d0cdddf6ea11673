// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What the person who types {@code keyringd} reads: answers on standard output, complaints on standard error. */
final class StandardOutput {
    private static final PrintStream ANSWERS =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    private static final PrintStream COMPLAINTS =
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);

    private StandardOutput() {}

    static void answer(String text) {
        ANSWERS.println(text.stripTrailing());
    }

    /** One line after the program's name. */
    static void complain(String message) {
        COMPLAINTS.println("keyringd: " + message);
    }
}
