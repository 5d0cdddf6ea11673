// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {
    @TempDir
    Path directory;

    @Test
    void whoeverIsToldToEndEndsWhatTheProgramStartedToo() throws Exception {
        Programs programs = new Programs(Map.of());
        Path pipe = directory.resolve("pipe");
        new Programs(Map.of()).run(List.of("mkfifo", pipe.toString()), Duration.ofMinutes(1));
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> attached(programs, pipe));
        // the pipe opens once the innermost program runs
        long child = Long.parseLong(Files.readString(pipe).strip());
        assertThat(runs(child)).isTrue();

        programs.end();
        assertThat(runs(child)).isFalse();
        assertThat(status.get()).isNotZero();
        assertThatThrownBy(() -> programs.run(List.of("true"), Duration.ofMinutes(1)))
                .isInstanceOf(IOException.class)
                .hasMessage("interrupted");
    }

    /** One that nobody has asked about its end stays in the list of processes, as a zombie. */
    private static boolean runs(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    /** A shell that waits for another one, which pays no attention to SIGTERM and starts its child anew. */
    private static int attached(Programs programs, Path pipe) {
        try {
            String inner = "trap '' TERM; echo $$ > " + pipe + "; while :; do sleep 600; done";
            return programs.runAttached(List.of("sh", "-c", "sh -c \"$0\" | cat", inner));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
