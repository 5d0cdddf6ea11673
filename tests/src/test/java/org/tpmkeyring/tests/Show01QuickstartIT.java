// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.testing.Requires;

/** The first of the README's two commands. */
class Show01QuickstartIT {
    private static Outcome quickstart() {
        try {
            return Program.of(Dist.clone("quickstart").toString()).run();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void twoToursAtOnceEndWellAndLeaveNothingBehind() throws IOException {
        Requires.root();
        Dist.program("keyringd");
        List<String> before = leftovers();

        CompletableFuture<Outcome> first = CompletableFuture.supplyAsync(Show01QuickstartIT::quickstart);
        CompletableFuture<Outcome> second = CompletableFuture.supplyAsync(Show01QuickstartIT::quickstart);

        for (Outcome tour : List.of(first.join(), second.join())) {
            assertThat(tour.ok().text())
                    .contains("Dear diary")
                    .contains("(exit status 7)")
                    .contains("open sesame");
        }
        assertThat(leftovers()).isEqualTo(before);
    }

    @Test
    void anOrdinaryUserIsToldWhatRootIsNeededFor() throws IOException {
        Requires.root();
        Path copy = Folder.fresh("clone-");
        try {
            Files.createDirectory(copy.resolve("scripts"));
            for (String file : List.of("quickstart", "scripts/private-daemon.bash")) {
                Files.copy(Dist.clone(file), copy.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
            }
            Outcome tour = Program.of(copy.resolve("quickstart").toString())
                    .as(65534)
                    .run()
                    .endedWith(1);

            assertThat(tour.errors()).contains("needs root", "what for", "hint: sudo ./quickstart");
            assertThat(tour.output()).isEmpty();
        } finally {
            Folder.delete(copy);
        }
    }

    private static List<String> leftovers() throws IOException {
        List<String> mounts = lines(Path.of("/proc/self/mounts"), "tpm-keyring-tour");
        List<String> keys = lines(Path.of("/proc/keys"), "greeting-");
        List<String> folders;
        try (Stream<Path> files = Files.list(Path.of("/tmp"))) {
            folders = files.map(Path::toString)
                    .filter(name -> name.contains("tpm-keyring-tour"))
                    .toList();
        }
        List<String> processes = ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains("tpm-keyring-tour"))
                .toList();
        return Stream.of(mounts, keys, folders, processes)
                .flatMap(List::stream)
                .sorted()
                .toList();
    }

    private static List<String> lines(Path file, String part) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.contains(part))
                .toList();
    }
}
