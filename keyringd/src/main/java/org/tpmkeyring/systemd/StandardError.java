// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.systemd;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Standard error, as a terminal or file sees it or as the journal does. Safe for use from any thread. */
final class StandardError {
    /** That of this process. */
    static final StandardError PROCESS = new StandardError(
            new FileOutputStream(FileDescriptor.err), isJournal(System.getenv(), Path.of("/proc/self/fd/2")));

    private final OutputStream out;
    private final boolean journal;

    StandardError(OutputStream out, boolean journal) {
        this.out = out;
        this.journal = journal;
    }

    /**
     * Whether a descriptor is the stream that the journal gave to the service (systemd.exec(5),
     * JOURNAL_STREAM): the variable is inherited, its descriptor may have been redirected since.
     */
    static boolean isJournal(Map<String, String> environment, Path descriptor) {
        try {
            String stream =
                    Files.getAttribute(descriptor, "unix:dev") + ":" + Files.getAttribute(descriptor, "unix:ino");
            return stream.equals(environment.get("JOURNAL_STREAM"));
        } catch (IOException e) {
            return false;
        }
    }

    boolean isJournal() {
        return journal;
    }

    void write(LogLines entry) {
        String prefix = journal ? "<" + entry.priority() + ">" : "keyringd: ";
        StringBuilder text = new StringBuilder();
        entry.lines().forEach(line -> text.append(prefix).append(line).append('\n'));
        write(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private synchronized void write(byte[] text) {
        try {
            out.write(text);
            out.flush();
        } catch (IOException e) {
            // there is nowhere left to say it, and losing a log line must not end a request
            return;
        }
    }
}
