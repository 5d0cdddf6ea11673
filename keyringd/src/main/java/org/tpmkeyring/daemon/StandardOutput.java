// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What the person who types {@code keyringd} reads: answers on standard output, complaints on standard error. */
final class StandardOutput {
    private StandardOutput() {}

    static void answer(String text) {
        print(FileDescriptor.out, text);
    }

    /** One line after the program's name. */
    static void complain(String message) {
        print(FileDescriptor.err, "keyringd: " + message);
    }

    private static void print(FileDescriptor to, String text) {
        PrintStream stream = new PrintStream(new FileOutputStream(to), true, StandardCharsets.UTF_8);
        stream.println(text.stripTrailing());
    }
}
