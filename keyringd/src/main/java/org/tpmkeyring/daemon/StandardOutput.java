// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Where the person who types {@code keyringd} reads answers. Complaints are log lines. */
final class StandardOutput {
    private static final PrintStream ANSWERS =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    private StandardOutput() {}

    static void answer(String text) {
        ANSWERS.println(text.stripTrailing());
    }
}
