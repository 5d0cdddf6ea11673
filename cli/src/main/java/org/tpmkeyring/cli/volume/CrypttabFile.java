// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** /etc/crypttab, which is replaced as a whole or not at all. */
public final class CrypttabFile {
    private static final Set<PosixFilePermission> USUAL = PosixFilePermissions.fromString("rw-r--r--");

    private final Path file;

    /**
     * @param root directory taken for {@code /}
     */
    public CrypttabFile(Path root) {
        this.file = root.resolve("etc/crypttab");
    }

    public Path path() {
        return file;
    }

    /**
     * Its text; empty when there is no such file.
     *
     * @throws KeyringException UNEXPECTED when it cannot be read
     */
    public Crypttab read() {
        try {
            return new Crypttab(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException none) {
            return new Crypttab("");
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    /**
     * Changes it, with its owner and its permissions kept, and a link to it too.
     *
     * @throws KeyringException UNEXPECTED when it cannot be written; it is then as it was
     */
    public void change(UnaryOperator<Crypttab> change) {
        Crypttab before = read();
        Crypttab after = change.apply(before);
        if (after.equals(before)) {
            return;
        }
        try {
            replace(Files.exists(file) ? file.toRealPath() : file, after.text(), USUAL);
        } catch (IOException e) {
            throw failed("written", e);
        }
    }

    /**
     * Puts a file in the place of the one there is, as a whole or not at all.
     *
     * @param text ISO 8859-1
     * @param permissions of a file that is new
     */
    static void replace(Path target, String text, Set<PosixFilePermission> permissions) throws IOException {
        Path fresh = target.resolveSibling(
                target.getFileName() + ".tpm-keyring-" + ProcessHandle.current().pid());
        try {
            write(fresh, text, target, permissions);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            sync(target.resolveSibling("."));
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static void write(Path fresh, String text, Path target, Set<PosixFilePermission> permissions)
            throws IOException {
        Set<StandardOpenOption> create = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (FileChannel channel = FileChannel.open(fresh, create, mine)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        if (Files.exists(target)) {
            Map<String, Object> owner = Files.readAttributes(target, "unix:uid,gid");
            Files.setAttribute(fresh, "unix:uid", owner.get("uid"));
            Files.setAttribute(fresh, "unix:gid", owner.get("gid"));
            Files.setPosixFilePermissions(fresh, Files.getPosixFilePermissions(target));
        } else {
            Files.setPosixFilePermissions(fresh, permissions);
        }
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private KeyringException failed(String what, IOException why) {
        return KeyringException.of(ErrorKind.UNEXPECTED)
                .with("detail", file + " cannot be " + what + ": " + why.getMessage())
                .with("hint", "ls -l " + file)
                .causedBy(why)
                .build();
    }
}
