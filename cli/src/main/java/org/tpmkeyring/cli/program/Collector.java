// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.program;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Reads what a process prints, for as long as anybody has the pipe, so that it never fills up. */
final class Collector {
    /** The metadata of a LUKS2 header has 4 MiB at the most. */
    private static final int MOST_BYTES = 8 << 20;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Thread thread;
    private boolean whole;

    Collector(InputStream in) {
        thread = new Thread(() -> collect(in), "output of a program");
        thread.setDaemon(true);
        thread.start();
    }

    private void collect(InputStream in) {
        byte[] chunk = new byte[4096];
        try (in) {
            int count = in.read(chunk);
            while (count >= 0) {
                synchronized (bytes) {
                    bytes.write(chunk, 0, Math.min(count, MOST_BYTES - bytes.size()));
                }
                count = in.read(chunk);
            }
            synchronized (bytes) {
                whole = bytes.size() < MOST_BYTES;
            }
        } catch (IOException gone) {
            return;
        }
    }

    /** Waits for the end of it. A process that the program left behind may keep the pipe for longer than anybody waits. */
    void await(Duration patience) throws InterruptedException {
        thread.join(patience.toMillis());
    }

    /** What came until now. */
    String text() {
        synchronized (bytes) {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    /** Whether what came until now is all there ever is. */
    boolean isWhole() {
        synchronized (bytes) {
            return whole;
        }
    }
}
