// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** Looks at the {@code Uid} lines of all threads of this process, again and again. */
final class UidSampler implements Runnable {
    private final Set<String> realEffectiveSaved = new ConcurrentSkipListSet<>();
    private final Set<String> fileSystem = new ConcurrentSkipListSet<>();
    private volatile boolean stopped;

    @Override
    public void run() {
        while (!stopped) {
            try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
                for (Path task : tasks) {
                    sample(task);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private void sample(Path task) {
        try {
            for (String line : Files.readAllLines(task.resolve("status"), StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("Uid:")) {
                    String[] uid = line.split("\\s+", -1);
                    realEffectiveSaved.add(uid[1] + " " + uid[2] + " " + uid[3]);
                    fileSystem.add(uid[4]);
                }
            }
        } catch (IOException threadIsGone) {
            return;
        }
    }

    void stop() {
        stopped = true;
    }

    Set<String> uids() {
        return realEffectiveSaved;
    }

    boolean sawFileSystemUid(long uid) {
        return fileSystem.contains(String.valueOf(uid));
    }
}
