// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tpmkeyring.cli.program.Ended;
import org.tpmkeyring.cli.program.Programs;

/** A LUKS volume in a file, made by cryptsetup itself, whose file operations need no device mapper. */
final class LuksFile {
    static final String PASSPHRASE = "correct horse";
    private static final long BYTES = 20L << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    final Path image;
    final Path passphrase;
    private static final Path LIBRARY = Path.of("../systemd/bin").toAbsolutePath();

    private final Programs programs = new Programs(Map.of());

    LuksFile(Path directory, String name, int version, String... more) throws IOException {
        image = directory.resolve(name);
        passphrase = Files.writeString(directory.resolve(name + ".pass"), PASSPHRASE);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(BYTES);
        }
        List<String> format = new ArrayList<>(List.of(
                "luksFormat", "--type", "luks" + version, "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"));
        format.addAll(List.of(more));
        format.addAll(List.of(image.toString(), passphrase.toString()));
        cryptsetup(format.toArray(String[]::new));
    }

    LuksHeader header() {
        return new Cryptsetup(programs, LIBRARY).header(image);
    }

    String cryptsetup(String... arguments) {
        List<String> command = new ArrayList<>(List.of("cryptsetup", "--batch-mode"));
        command.addAll(List.of(arguments));
        Ended result = programs.ask(command, PATIENCE).orElseThrow();
        if (!result.succeeded()) {
            throw new AssertionError(command + ": " + result.err());
        }
        return result.out();
    }
}
