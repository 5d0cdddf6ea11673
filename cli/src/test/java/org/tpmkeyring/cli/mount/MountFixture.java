// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.cli.mounttab.TableField;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.cli.testing.FakeDaemon;
import org.tpmkeyring.cli.testing.Samples;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.api.CheckDirectory;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.api.Volume;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.wire.CallMessage;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** A machine whose mount, umount and keyctl write down how they were called, and whose keyringd is scripted. */
abstract class MountFixture {
    static final String CONTENTS = "d395309aaad4de06";
    static final String UUID = "6f1d2c3b-4a59-4687-9f10-a1b2c3d4e5f6";
    static final String NAMES = "f92ba9e2d7ddb1a3";

    @TempDir
    Path temporary;

    Path programs;
    Path log;
    Path mountinfo;
    final Map<String, KeyState> states = new TreeMap<>();
    final Map<String, TargetType> targets = new TreeMap<>();
    boolean refuseVault;
    int lostUnlocks;

    /** What somebody does while keyringd looks at a directory. */
    Runnable meanwhile = () -> {};

    /** What he does right after that. */
    Runnable then = () -> {};

    FakeDaemon daemon;

    @BeforeEach
    void aMachine() throws IOException {
        programs = Files.createDirectory(temporary.resolve("bin"));
        log = temporary.resolve("log");
        mountinfo = Files.createDirectories(temporary.resolve("root/proc/self")).resolve("mountinfo");
        Files.writeString(mountinfo, "21 1 254:1 / / rw - ext4 /dev/vda1 rw\n");
        Files.createFile(log);
        // as keyctl(1): a session for a command; link and pipe within it
        program(
                "keyctl",
                "case $1 in session) shift 2; echo 'Joined session keyring: 1' >&2; exec \"$@\" ;;"
                        + " link) exit 0 ;; pipe) printf 'the key of %s' \"$2\" ;; esac");
        for (String name : List.of("mount", "umount")) {
            program(name, record(name));
        }
        // as after a bind mount: what one sees there is what was held
        program("stat", "[ \"$4\" != . ] || set -- \"$1\" \"$2\" -- /proc/self/fd/3; exec /usr/bin/stat \"$@\"");
        daemon = FakeDaemon.at(temporary.resolve("s"), (call, exchange) -> answer(call));
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    void program(String name, String script) throws IOException {
        Path file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    String record(String name) {
        return "{ printf '%s' " + name + "; printf '|%s' \"$@\"; echo; } >>'" + log + "'";
    }

    private ReplyMessage answer(CallMessage call) {
        String name = String.valueOf(call.parameters().get("name"));
        return switch (call.method()) {
            case "org.tpmkeyring.ShowKey" ->
                targets.containsKey(name)
                        ? ReplyMessage.success(
                                RecordCodec.toTree(new ShowKey.Reply(key(name), Samples.vault(VaultDoor.OPEN))))
                        : ReplyMessage.failure(ErrorKind.NO_SUCH_KEY.wireName(), Map.of("name", name));
            case "org.tpmkeyring.Unlock" -> {
                if (lostUnlocks > 0) {
                    lostUnlocks--;
                    yield null;
                }
                if (!refuseVault) {
                    states.replaceAll((key, state) -> KeyState.DELIVERED);
                }
                yield ReplyMessage.success(RecordCodec.toTree(new Unlock.Reply(List.of(outcome()))));
            }
            case "org.tpmkeyring.CheckDirectory" -> {
                meanwhile.run();
                ReplyMessage compared = compared(call, name);
                then.run();
                yield compared;
            }
            default -> throw new IllegalStateException(call.method());
        };
    }

    private ReplyMessage compared(CallMessage call, String name) {
        List<?> found = (List<?>) call.parameters().get("found");
        return found == null || key(name).identifiers().containsAll(found)
                ? ReplyMessage.success(
                        RecordCodec.toTree(new CheckDirectory.Reply(key(name).identifiers(), looked(call))))
                : ReplyMessage.failure(
                        ErrorKind.UNEXPECTED_VOLUME.wireName(),
                        Map.of("volume", call.parameters().get("directory"), "reason", "it is another"));
    }

    private static Optional<String> looked(CallMessage call) {
        try {
            return Optional.of(
                    PlainPath.identity(Path.of((String) call.parameters().get("directory"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private KeyInfo key(String name) {
        TargetType target = targets.get(name);
        return new KeyInfo(
                name,
                "default",
                0,
                target,
                states.get(name),
                switch (target) {
                    case ECRYPTFS -> List.of(CONTENTS, NAMES);
                    case ZFS -> List.of("tpm-keyring:" + name);
                    case BCACHEFS -> List.of("bcachefs:" + UUID);
                    default -> List.of("69b2f6edeee720cce0577937eb8a6751");
                },
                List.of(),
                Optional.empty(),
                target == TargetType.ZFS
                        ? Optional.of(new Volume(Optional.of("tank/my data"), Optional.empty(), Optional.empty()))
                        : Optional.empty(),
                64,
                1);
    }

    private VaultOutcome outcome() {
        return refuseVault
                ? new VaultOutcome(
                        "default",
                        0,
                        Optional.empty(),
                        List.of(),
                        Optional.of(ErrorKind.UNEXPECTED_PCR_STATE.wireName()),
                        Optional.of("vault 'default' stays locked: PCR 7 of sha256 changed since it was sealed"),
                        Optional.of("tpm-keyring explain default"))
                : new VaultOutcome(
                        "default",
                        0,
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
    }

    void hasKey(String name, TargetType target, KeyState state) {
        targets.put(name, target);
        states.put(name, state);
    }

    Path directory(String name) throws IOException {
        return Files.createDirectories(temporary.resolve("tree").resolve(name));
    }

    static String line(Path what, Path where, String rest) {
        return TableField.encode(what.toString()) + " " + TableField.encode(where.toString()) + " " + rest + "\n";
    }

    CommandRun run(String table, String... words) throws IOException {
        Files.writeString(temporary.resolve("mounttab"), table);
        return commandRun().run(words);
    }

    CommandRun commandRun() {
        return new CommandRun()
                .socket(daemon.socket())
                .environment(
                        "TPM_KEYRING_MOUNTTAB", temporary.resolve("mounttab").toString())
                .environment("PATH", programs + ":/usr/bin:/bin")
                .root(temporary.resolve("root"))
                .limit(Duration.ofSeconds(20));
    }

    List<String> called() throws IOException {
        return Files.readAllLines(log);
    }

    List<String> methods() {
        return daemon.calls().stream()
                .map(call -> call.method().substring("org.tpmkeyring.".length()))
                .toList();
    }
}
