// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.tpmkeyring.kernel.KernelException;

/**
 * Has the kernel make the user keyring of somebody who never had a process with keys. The kernel does that
 * only for a process with his real uid (look_up_user_keyrings in security/keys/process_keys.c), so a child
 * takes it for a moment: {@code setpriv} of util-linux, then {@code keyctl} of keyutils, which looks at
 * {@code @u}. The child gets no environment, no input and no secret, keeps the daemon's group so that the
 * user cannot trace it, and is ended when it takes too long.
 */
final class UserRingMaker {
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    private static final Path KEYCTL = Path.of("/usr/bin/keyctl");

    private UserRingMaker() {}

    /**
     * Whether it worked shows when the ring is looked for again.
     *
     * @throws KernelException naming the package that is missing
     */
    static void make(long uid) throws KernelException {
        require(SETPRIV, "util-linux", uid);
        require(KEYCTL, "keyutils", uid);
        ProcessBuilder child = new ProcessBuilder(
                List.of(SETPRIV.toString(), "--reuid=" + uid, "--no-new-privs", KEYCTL.toString(), "describe", "@u"));
        child.environment().clear();
        child.redirectErrorStream(true);
        child.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        try {
            Process process = child.start();
            process.getOutputStream().close();
            await(process, uid);
        } catch (IOException e) {
            throw new KernelException(
                    "execve", Errno.EACCES, "the user keyring of uid " + uid + " cannot be made: " + e.getMessage());
        }
    }

    private static void await(Process child, long uid) throws KernelException {
        try {
            if (!child.waitFor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Errno.refused("execve", Errno.ETIMEDOUT, "the user keyring of uid " + uid + " cannot be made");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KernelException(
                    "execve", Errno.ETIMEDOUT, "making the user keyring of uid " + uid + " was interrupted");
        } finally {
            child.destroyForcibly();
        }
    }

    private static void require(Path program, String debianPackage, long uid) throws KernelException {
        if (!Files.isExecutable(program)) {
            throw new KernelException(
                    "execve",
                    Errno.ENOENT,
                    "uid " + uid + " has no user keyring yet and " + program
                            + " is missing to make it, install package " + debianPackage);
        }
    }
}
