// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What these tests leave in target/verify/vm: consoles, outputs, and the lines that ./verify prints at its end. */
final class Reports {
    private Reports() {}

    /** A file there. */
    static Path file(String name) {
        try {
            return Files.createDirectories(Path.of(System.getProperty("tpmkeyring.reports", "target/vm-reports")))
                    .resolve(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps the output of a tool. */
    static void keep(String name, String text) throws IOException {
        Files.writeString(file(name), text + "\n");
    }

    /** A line for the end of {@code ./verify --vm}. */
    static synchronized void line(String text) throws IOException {
        Files.writeString(file("summary"), text + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
