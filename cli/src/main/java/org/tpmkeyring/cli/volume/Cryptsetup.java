// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.wire.MalformedMessageException;

/** What cryptsetup(8) is used for. Every refusal is told in cryptsetup's own words. */
public final class Cryptsetup {
    /** Package of cryptsetup(8) on Debian, and of what opens the volumes of /etc/crypttab. */
    public static final String INSTALL = "apt install cryptsetup";

    /** Length of a luks key, hex digits. */
    private static final String KEY_CHARS = "64";

    /** The key has 256 random bits: more iterations would only make the boot slow. */
    private static final List<String> QUICK_KEYSLOT = List.of("--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000");

    /** "RETURN CODES" of cryptsetup(8). */
    private static final int NO_PERMISSION = 2;

    private static final byte[] MAGIC = {'L', 'U', 'K', 'S', (byte) 0xba, (byte) 0xbe};
    private static final int VERSION = 6;

    private final Programs programs;
    private final String program;

    /**
     * @throws KeyringException NOT_SUPPORTED when cryptsetup is not installed
     */
    public Cryptsetup(Programs programs) {
        this.programs = programs;
        this.program = programs.require("cryptsetup", INSTALL);
    }

    /**
     * The header of a volume.
     *
     * @param device block device or file
     * @throws KeyringException BAD_ARGUMENT when there is no LUKS header, or none that can be used
     */
    public LuksHeader header(Path device) {
        byte[] start = start(device).orElseThrow(() -> noLuks(device, "it has no LUKS header"));
        int version = (start[VERSION] & 0xff) << 8 | (start[VERSION + 1] & 0xff);
        if (version == 1) {
            return Luks1.parse(start);
        }
        Programs.Result dump = run("luksDump", "--dump-json-metadata", device.toString());
        if (!dump.succeeded()) {
            throw noLuks(device, dump.err());
        }
        try {
            return Luks2.parse(dump.out(), Luks1.uuid(start));
        } catch (MalformedMessageException | NumberFormatException e) {
            throw noLuks(device, "the metadata of its LUKS header is not understood: " + e.getMessage());
        }
    }

    /** The first bytes of a device with a LUKS header of either version. */
    static Optional<byte[]> start(Path device) {
        try (FileChannel channel = FileChannel.open(device, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(Luks1.HEADER_BYTES);
            int count = 0;
            while (bytes.hasRemaining() && count >= 0) {
                count = channel.read(bytes);
            }
            boolean luks =
                    !bytes.hasRemaining() && Arrays.equals(bytes.array(), 0, MAGIC.length, MAGIC, 0, MAGIC.length);
            return luks ? Optional.of(bytes.array()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static KeyringException noLuks(Path device, String reason) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", device)
                .with("reason", reason)
                .with("hint", "lsblk --fs")
                .build();
    }

    /** Copies the header with its keyslots to a new file. */
    public void backUpHeader(Path device, Path file) {
        require(
                run("luksHeaderBackup", device.toString(), "--header-backup-file", file.toString()),
                "the LUKS header of " + device + " cannot be backed up to " + file);
    }

    /**
     * Gives a volume a keyslot for a key of root's user keyring. cryptsetup asks for an existing passphrase itself.
     *
     * @param existingKeyFile file with an existing passphrase, {@code -} for standard input; empty to ask
     */
    public void addKey(Path device, String key, int slot, Optional<String> existingKeyFile) {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--batch-mode",
                "luksAddKey",
                "--key-slot",
                Integer.toString(slot),
                "--new-keyfile-size",
                KEY_CHARS));
        command.addAll(QUICK_KEYSLOT);
        existingKeyFile.ifPresent(file -> command.addAll(List.of("--key-file", file)));
        command.addAll(List.of(device.toString(), "/dev/fd/3"));
        int status = programs.runAttached(programs.fed(key, true, command));
        if (status == NO_PERMISSION) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with(
                            "argument",
                            existingKeyFile
                                    .map(file -> "--existing-key-file=" + file)
                                    .orElse("passphrase"))
                    .with("reason", "it is none that opens " + device)
                    .with("hint", "cryptsetup open --test-passphrase " + device)
                    .build();
        }
        if (status != 0) {
            throw failed("cryptsetup gave " + device + " no keyslot (its exit status is " + status + ")");
        }
    }

    /** Whether a key of root's user keyring opens this very keyslot. */
    public boolean opens(Path device, String key, int slot) {
        List<String> command = List.of(
                program,
                "open",
                "--test-passphrase",
                "--key-slot",
                Integer.toString(slot),
                "--key-file",
                "-",
                "--keyfile-size",
                KEY_CHARS,
                device.toString());
        return programs.run(programs.fed(key, false, command)).succeeded();
    }

    public void removeSlot(Path device, int slot) {
        require(
                run("--batch-mode", "luksKillSlot", device.toString(), Integer.toString(slot)),
                "keyslot " + slot + " of " + device + " cannot be removed");
    }

    /** Makes a token by which cryptsetup finds a key in the keyring. */
    public void addToken(Path device, int token, int slot, String keyDescription) {
        require(
                run(
                        "token",
                        "add",
                        "--token-id",
                        Integer.toString(token),
                        "--key-slot",
                        Integer.toString(slot),
                        "--key-description",
                        keyDescription,
                        device.toString()),
                "token " + token + " of " + device + " cannot be made");
    }

    public void removeToken(Path device, int token) {
        require(
                run("token", "remove", "--token-id", Integer.toString(token), device.toString()),
                "token " + token + " of " + device + " cannot be removed");
    }

    private Programs.Result run(String... arguments) {
        return programs.run(
                Stream.concat(Stream.of(program), Stream.of(arguments)).toList());
    }

    private static void require(Programs.Result result, String otherwise) {
        if (!result.succeeded()) {
            throw failed(otherwise + ": " + (result.err().isEmpty() ? "exit status " + result.status() : result.err()));
        }
    }

    private static KeyringException failed(String detail) {
        return KeyringException.of(ErrorKind.UNEXPECTED)
                .with("detail", detail)
                .with("hint", "man cryptsetup")
                .build();
    }
}
