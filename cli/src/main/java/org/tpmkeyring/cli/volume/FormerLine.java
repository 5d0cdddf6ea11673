// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * What a volume's line in /etc/crypttab was before {@code tpm-keyring add} changed it, in a file beside the header
 * backups, so that {@code remove} can turn it back. The file has the line as {@code add} wrote it, and below that the one
 * that was there before; none where there was none.
 */
public final class FormerLine {
    /** Where copies of headers and lines go. */
    static final String BACKUPS = "var/backups/tpm-keyring";

    private static final String ABOUT = "# a line of /etc/crypttab that tpm-keyring wrote, and the one it replaced\n";
    private static final String NO_KEY_FILE = "none";

    private final Path file;
    private final String volume;

    /**
     * @param root directory taken for {@code /}
     */
    public FormerLine(Path root, String volume) {
        this.file = root.resolve(BACKUPS).resolve(volume + ".crypttab");
        this.volume = volume;
    }

    Path path() {
        return file;
    }

    /** Makes the directory of the backups, which is root's alone. */
    static void makeDirectory(Path root) throws IOException {
        Files.createDirectories(
                root.resolve(BACKUPS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /**
     * Keeps a line.
     *
     * @param written the line that is about to be in /etc/crypttab
     * @param before the one that was there; empty for none
     * @throws KeyringException UNEXPECTED when it cannot be written
     */
    void keep(Path root, String written, String before) {
        try {
            makeDirectory(root);
            String text = ABOUT + written + "\n" + (before.isEmpty() ? "" : before + "\n");
            CrypttabFile.replace(file, text, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw failed("written", e);
        }
    }

    /**
     * What a line turns back to once its key is gone: what it was before where that is known and nobody has changed it
     * since; otherwise the same line, but the boot asks for a passphrase.
     *
     * @param line as it is now
     * @param keySocket of keyringd, which nothing is asked for any more
     * @return empty when the line is to go
     */
    public String instead(String line, String keySocket) {
        Crypttab now = new Crypttab(line);
        Optional<String> former = read(line).filter(before -> !takesKeyFrom(before, keySocket));
        return former.orElseGet(() -> now.find(volume)
                .map(entry -> Crypttab.edited(
                        line, new Crypttab.Entry(entry.name(), entry.device(), NO_KEY_FILE, entry.options())))
                .orElse(line));
    }

    private boolean takesKeyFrom(String line, String keySocket) {
        return new Crypttab(line)
                .find(volume)
                .filter(entry -> entry.keyFile().equals(keySocket))
                .isPresent();
    }

    /** Empty when nothing is known about this line. */
    private Optional<String> read(String line) {
        List<String> lines;
        try {
            lines = List.of(Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", -1));
        } catch (IOException none) {
            return Optional.empty();
        }
        List<String> kept = lines.subList(Math.min(1, lines.size()), Math.max(1, lines.size() - 1));
        if (kept.isEmpty() || !kept.get(0).equals(line)) {
            return Optional.empty();
        }
        return Optional.of(kept.size() > 1 ? kept.get(1) : "");
    }

    /**
     * Forgets it.
     *
     * @throws KeyringException UNEXPECTED when the file cannot be deleted
     */
    public void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failed("deleted", e);
        }
    }

    private KeyringException failed(String what, IOException why) {
        return KeyringException.of(ErrorKind.UNEXPECTED)
                .with("detail", file + " cannot be " + what + ": " + why.getMessage())
                .with("hint", "df -h " + file.resolveSibling("."))
                .causedBy(why)
                .build();
    }
}
