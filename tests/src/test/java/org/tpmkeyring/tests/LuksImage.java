// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** A LUKS volume in a file, with one passphrase. cryptsetup's work on files needs no device mapper. */
final class LuksImage {
    private static final long BYTES = 20L << 20;

    final Path image;
    final Path passphrase;

    LuksImage(Path image, int version, String... more) throws IOException {
        this.image = image;
        this.passphrase = Files.writeString(image.resolveSibling(image.getFileName() + ".pass"), "correct horse");
        format(version, more);
    }

    /** Puts a new volume in the place of the one there is, with the same passphrase. */
    void format(int version, String... more) throws IOException {
        Files.deleteIfExists(image);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(BYTES);
        }
        cryptsetup("luksFormat", "--type", "luks" + version, "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000")
                .with(more)
                .with(image.toString(), passphrase.toString())
                .run()
                .ok();
    }

    static Program cryptsetup(String... arguments) {
        return Program.of("cryptsetup", "--batch-mode").with(arguments);
    }

    String uuid() throws IOException {
        return cryptsetup("luksUUID", image.toString()).run().ok().text();
    }

    String dump() throws IOException {
        return cryptsetup("luksDump", image.toString()).run().ok().text();
    }

    /** Whether the passphrase of the beginning still opens it. */
    boolean opensByPassphrase() throws IOException {
        return opens(Files.readAllBytes(passphrase));
    }

    /** Whether this passphrase opens it. No token may: with one, cryptsetup would not look at the passphrase. */
    boolean opens(byte[] passphrase) throws IOException {
        return Program.of("keyctl", "session", "-", "cryptsetup", "--batch-mode")
                        .with("open", "--test-passphrase", "--disable-external-tokens")
                        .with("--key-file", "-", image.toString())
                        .input(passphrase)
                        .run()
                        .status()
                == 0;
    }

    /** Whether a token of the volume opens it, with the key that lies in root's user keyring. */
    boolean opensByToken() throws IOException {
        return cryptsetup("open", "--test-passphrase", "--token-only", image.toString())
                        .inSession()
                        .run()
                        .status()
                == 0;
    }

    long keyslots() throws IOException {
        return dump().lines()
                .filter(line -> line.matches("  \\d+: luks2|Key Slot \\d+: ENABLED"))
                .count();
    }
}
