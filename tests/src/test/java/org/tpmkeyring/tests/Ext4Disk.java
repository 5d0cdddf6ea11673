// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tpmkeyring.testing.Requires;

/** An ext4 file system in a file, with the encrypt feature, mounted by way of a loop device. */
final class Ext4Disk implements AutoCloseable {
    private final Path home;
    private final Path mount;

    private Ext4Disk(Path home, Path mount) {
        this.home = home;
        this.mount = mount;
    }

    static Ext4Disk mounted() throws IOException {
        Requires.root();
        Requires.command("mkfs.ext4");
        Requires.that(
                Files.exists(Path.of("/sys/fs/ext4/features/encryption")),
                "this test needs a kernel with ext4 encryption");
        Path home = Folder.fresh("disk-");
        Path mount = Files.createDirectory(home.resolve("disk"));
        String image = home.resolve("disk.img").toString();
        Program.of("truncate", "-s", "24M", image).run().ok();
        Program.of("mkfs.ext4", "-q", "-b", "4096", "-O", "encrypt", image)
                .run()
                .ok();
        Program.of("mount", "-o", "loop", image, mount.toString()).run().ok();
        return new Ext4Disk(home, mount);
    }

    Path mount() {
        return mount;
    }

    /** An empty directory on it. */
    Path directory(String name) throws IOException {
        return Files.createDirectory(mount.resolve(name));
    }

    @Override
    public void close() throws IOException {
        Program.of("umount", mount.toString()).run().ok();
        Folder.delete(home);
    }
}
