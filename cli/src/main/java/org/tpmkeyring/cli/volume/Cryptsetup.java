// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.tpmkeyring.cli.program.Ended;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.wire.MalformedMessageException;

/** What cryptsetup(8) is used for. Every refusal is told in cryptsetup's own words. */
public final class Cryptsetup {
    /** Length of a luks key, hex digits. */
    private static final String KEY_CHARS = "64";

    /** The key has 256 random bits: more iterations would only make the boot slow. */
    private static final List<String> QUICK_KEYSLOT = List.of("--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000");

    /** "RETURN CODES" of cryptsetup(8). */
    private static final int WRONG_PARAMETERS = 1;

    private static final int NO_PERMISSION = 2;

    private static final int VERSION = 6;

    /** For what derives no key; a boot waits for it. */
    private static final Duration QUICK_LIMIT = Duration.ofSeconds(30);

    /** Much more than the slowest key derivation takes. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final Programs programs;
    private final Path library;
    private final String program;

    /**
     * @param library directory of the product's own helpers, which has {@code feed-key}
     * @throws KeyringException NOT_SUPPORTED when cryptsetup is not installed
     */
    public Cryptsetup(Programs programs, Path library) {
        this.programs = programs;
        this.library = library;
        this.program = programs.require("cryptsetup", "cryptsetup").toString();
    }

    /**
     * The command by which somebody sees whether a passphrase of his opens a volume. {@code cryptsetup open
     * --test-passphrase} alone does not show it: where a token opens the volume, it does not even ask. A new session finds
     * no key for our token, and those of systemd-cryptenroll are of a plug-in.
     */
    public static String passphraseTrial(Path device) {
        return "keyctl session - cryptsetup open --test-passphrase --disable-external-tokens " + device;
    }

    /**
     * The header of a volume.
     *
     * @param device block device or file
     * @throws KeyringException BAD_ARGUMENT when there is no LUKS header, or none that can be used; UNEXPECTED when that
     *     cannot be told
     */
    public LuksHeader header(Path device) {
        byte[] start = start(device).orElseThrow(() -> noLuks(device, "it has no LUKS header"));
        int version = (start[VERSION] & 0xff) << 8 | (start[VERSION + 1] & 0xff);
        if (version == 1) {
            return Luks1.parse(start);
        }
        Ended dump = run(List.of(program, "luksDump", "--dump-json-metadata", device.toString()), QUICK_LIMIT);
        if (dump.status() == WRONG_PARAMETERS) {
            throw noLuks(device, dump.complaint());
        }
        require(dump, "the LUKS header of " + device + " cannot be read");
        if (!dump.whole()) {
            throw failed("the LUKS header of " + device + " cannot be read: cryptsetup did not tell all of it");
        }
        try {
            return Luks2.parse(dump.out(), Luks1.uuid(start));
        } catch (MalformedMessageException | NumberFormatException e) {
            throw noLuks(device, "the metadata of its LUKS header is not understood: " + e.getMessage());
        }
    }

    private static Optional<byte[]> start(Path device) {
        if (Files.isDirectory(device)) {
            throw noLuks(device, "it is a directory");
        }
        try {
            return DeviceStart.of(device).await(QUICK_LIMIT);
        } catch (IOException e) {
            throw unreadable(device + " cannot be read: " + e.getMessage());
        } catch (TimeoutException e) {
            throw unreadable(device + " did not answer within " + QUICK_LIMIT.toSeconds() + " seconds");
        }
    }

    private static KeyringException unreadable(String detail) {
        return KeyringException.of(ErrorKind.UNEXPECTED)
                .with("detail", detail)
                .with("hint", "dmesg --level=err,warn")
                .build();
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
        int status = runAttached(fed(key, List.of("-3"), command));
        if (status == NO_PERMISSION) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with(
                            "argument",
                            existingKeyFile
                                    .map(file -> "--existing-key-file=" + file)
                                    .orElse("passphrase"))
                    .with("reason", "it is none that opens " + device)
                    .with("hint", passphraseTrial(device))
                    .build();
        }
        if (status != 0) {
            throw failed("cryptsetup gave " + device + " no keyslot (its exit status is " + status + ")");
        }
    }

    /**
     * Whether a key of root's user keyring opens this very keyslot. cryptsetup runs in a session of its own, which does not
     * find that keyring: otherwise it would open the volume by our token, whatever keyslot it is asked about. So it would by
     * a token of systemd-cryptenroll.
     *
     * @throws KeyringException UNEXPECTED when that cannot be tried, as when the key is not in the keyring
     */
    public boolean opens(Path device, String key, int slot) {
        List<String> command = List.of(
                "keyctl",
                "session",
                "-",
                program,
                "open",
                "--test-passphrase",
                "--key-slot",
                Integer.toString(slot),
                "--key-file",
                "-",
                "--keyfile-size",
                KEY_CHARS,
                "--disable-external-tokens",
                device.toString());
        Ended ended = run(fed(key, List.of(), command));
        if (!ended.succeeded() && ended.status() != NO_PERMISSION) {
            throw failed("keyslot " + slot + " of " + device + " cannot be tried: " + ended.complaint());
        }
        return ended.succeeded();
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

    /** Words that run a command with a key of root's user keyring on standard input, or on descriptor 3. */
    private List<String> fed(String key, List<String> options, List<String> command) {
        List<String> words = new ArrayList<>(List.of(library.resolve("feed-key").toString()));
        words.addAll(options);
        words.add(key);
        words.addAll(command);
        return words;
    }

    private Ended run(String... arguments) {
        return run(Stream.concat(Stream.of(program), Stream.of(arguments)).toList());
    }

    private Ended run(List<String> words) {
        return run(words, LIMIT);
    }

    private Ended run(List<String> words, Duration limit) {
        try {
            return programs.run(words, limit);
        } catch (IOException e) {
            throw failed(words.get(0) + " cannot be run: " + e.getMessage());
        } catch (TimeoutException e) {
            throw failed(words.get(0) + " was not done within " + limit.toSeconds() + " seconds " + e.getMessage());
        }
    }

    private int runAttached(List<String> words) {
        try {
            return programs.runAttached(words);
        } catch (IOException e) {
            throw failed(words.get(0) + " cannot be run: " + e.getMessage());
        }
    }

    private static void require(Ended ended, String otherwise) {
        if (!ended.succeeded()) {
            throw failed(otherwise + ": " + ended.complaint());
        }
    }

    private static KeyringException failed(String detail) {
        return KeyringException.of(ErrorKind.UNEXPECTED)
                .with("detail", detail)
                .with("hint", "man cryptsetup")
                .build();
    }
}
