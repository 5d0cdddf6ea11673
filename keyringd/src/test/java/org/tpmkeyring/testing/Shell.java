// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Other people's programs in tests.
 *
 * @param exit status
 * @param output both streams, without trailing white space
 */
public record Shell(int exit, String output) {
    private static final long DEADLINE_SECONDS = 60;

    /** Runs a script of sh(1) as this process. */
    public static Shell run(String script) throws IOException, InterruptedException {
        return run(List.of("sh", "-c", script));
    }

    /**
     * Runs a script with a user's real uid in a new session keyring that links his user keyring, as
     * pam_keyinit leaves a login.
     */
    public static Shell login(long uid, String script) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (uid != 0) {
            command.addAll(List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups", "--"));
        }
        command.addAll(List.of("keyctl", "session", "-", "sh", "-c", "keyctl link @u @s && { " + script + "\n}"));
        return run(command);
    }

    private static Shell run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("shell", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("no end after " + DEADLINE_SECONDS + " s: " + command);
            }
            String text = Files.readString(output, StandardCharsets.ISO_8859_1);
            return new Shell(
                    process.exitValue(),
                    text.replace("Joined session keyring:", "#session").strip());
        } finally {
            Files.delete(output);
        }
    }

    /** The last line of the output. */
    public String lastLine() {
        return output.substring(output.lastIndexOf('\n') + 1);
    }

    /** This, or an AssertionError with the output when the exit status is not 0. */
    public Shell succeeded() {
        if (exit != 0) {
            throw new AssertionError("exit status " + exit + ": " + output);
        }
        return this;
    }
}
