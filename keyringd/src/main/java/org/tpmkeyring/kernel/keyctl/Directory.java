// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.keyctl.binding.LibC;
import org.tpmkeyring.kernel.keyctl.binding.NativeCall;
import org.tpmkeyring.secret.SecretBuffer;

/** A directory that is open for ioctls, under the file system identity that opened it. */
final class Directory implements AutoCloseable {
    private static final int FLAGS = LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC;

    private final Path path;
    private final int fd;

    private Directory(Path path, int fd) {
        this.path = path;
        this.fd = fd;
    }

    /**
     * A symbolic link at the end of the path is not followed.
     *
     * @throws KernelException ENOENT, EACCES, ENOTDIR, ELOOP
     */
    static Directory open(Path path) throws KernelException {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        byte[] terminated = Arrays.copyOf(name, name.length + 1);
        long fd = NativeCall.result(() -> LibC.open(terminated, FLAGS, 0));
        return new Directory(path, (int) Errno.check("open", fd, "directory " + path + " cannot be opened"));
    }

    /** Device and inode of what is open, whatever the path leads to by now, as {@code stat -c %d:%i} prints them. */
    String identity() {
        try {
            Map<String, Object> attributes =
                    Files.readAttributes(Path.of("/proc/self/fd", Integer.toString(fd)), "unix:dev,ino");
            return attributes.get("dev") + ":" + attributes.get("ino");
        } catch (IOException e) {
            throw new UncheckedIOException("/proc is not mounted", e);
        }
    }

    /**
     * @param argument goes in and comes back changed
     * @param what beginning of a sentence about a failure
     */
    void ioctl(long request, byte[] argument, String what) throws KernelException {
        check(NativeCall.result(() -> LibC.ioctl(fd, request, argument)), what);
    }

    /** The same with a secret in the argument. */
    void ioctl(long request, SecretBuffer argument, String what) throws KernelException {
        check(NativeCall.result(() -> LibC.ioctl(fd, request, argument.unsafeAddress())), what);
    }

    private void check(long result, String what) throws KernelException {
        if (result == -Errno.ENOTTY || result == -Errno.EOPNOTSUPP) {
            int errno = (int) -result;
            throw Errno.refused(
                    "ioctl",
                    errno,
                    "the file system at " + path + " has no encryption feature, ext4 gets it by tune2fs -O encrypt");
        }
        Errno.check("ioctl", result, what + " at " + path);
    }

    @Override
    public void close() {
        NativeCall.result(() -> LibC.close(fd));
    }
}
