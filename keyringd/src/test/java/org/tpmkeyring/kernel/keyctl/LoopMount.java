// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tpmkeyring.testing.Shell;

/** An ext4 file system in a file, mounted for a test. */
final class LoopMount implements AutoCloseable {
    private final Path folder;

    private LoopMount(Path folder) {
        this.folder = folder;
    }

    /**
     * @param features for {@code mkfs.ext4 -O}
     */
    static LoopMount make(String features) throws Exception {
        LoopMount made = new LoopMount(Files.createTempDirectory("fscrypt"));
        Shell.run("cd " + made.folder + " && chmod 755 . && truncate -s 64M image && mkfs.ext4 -q -O " + features
                        + " image && mkdir mnt && mount -o loop image mnt")
                .succeeded();
        return made;
    }

    Path path() {
        return folder.resolve("mnt");
    }

    /** A directory in it that belongs to a user. */
    Path directoryOf(long uid, String name) throws Exception {
        Path directory = path().resolve(name);
        Shell.run("install -d -m 700 -o " + uid + " -g " + uid + " " + directory)
                .succeeded();
        return directory;
    }

    void remount() throws Exception {
        Shell.run("cd " + folder + " && umount mnt && mount -o loop image mnt").succeeded();
    }

    @Override
    public void close() throws IOException {
        try {
            Shell.run("umount " + path() + "; rm -rf --one-file-system " + folder)
                    .succeeded();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while unmounting " + path(), e);
        }
    }
}
