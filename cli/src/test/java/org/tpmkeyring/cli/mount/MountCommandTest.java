// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.cli.ecryptfs.LowerFiles;
import org.tpmkeyring.cli.mounttab.TableField;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.cli.testing.FakeDaemon;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.api.CheckDirectory;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.api.Volume;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.protocol.wire.CallMessage;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/**
 * mount, umount and mount-helper with programs that write down how they were called. eCryptfs, ZFS and bcachefs
 * are not in every kernel; that the real ones take these words is tried in a virtual machine, and bind mounts of
 * fscrypt directories are real in the module tests.
 */
final class MountCommandTest {
    private static final String CONTENTS = "d395309aaad4de06";
    private static final String UUID = "6f1d2c3b-4a59-4687-9f10-a1b2c3d4e5f6";
    private static final String NAMES = "f92ba9e2d7ddb1a3";

    @TempDir
    Path temporary;

    private Path programs;
    private Path log;
    private Path mountinfo;
    private final Map<String, KeyState> states = new TreeMap<>();
    private final Map<String, TargetType> targets = new TreeMap<>();
    private boolean refuseVault;
    private FakeDaemon daemon;

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
        daemon = FakeDaemon.at(temporary.resolve("s"), (call, exchange) -> answer(call));
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String record(String name) {
        return "{ printf '%s' " + name + "; printf '|%s' \"$@\"; echo; } >>'" + log + "'";
    }

    private ReplyMessage answer(CallMessage call) {
        String name = String.valueOf(call.parameters().get("name"));
        return switch (call.method()) {
            case "org.tpmkeyring.ShowKey" ->
                targets.containsKey(name)
                        ? ReplyMessage.success(RecordCodec.toTree(new ShowKey.Reply(key(name), vault())))
                        : ReplyMessage.failure(ErrorKind.NO_SUCH_KEY.wireName(), Map.of("name", name));
            case "org.tpmkeyring.Unlock" -> {
                if (!refuseVault) {
                    states.replaceAll((key, state) -> KeyState.DELIVERED);
                }
                yield ReplyMessage.success(RecordCodec.toTree(new Unlock.Reply(List.of(outcome()))));
            }
            case "org.tpmkeyring.CheckDirectory" -> compared(call, name);
            default -> throw new IllegalStateException(call.method());
        };
    }

    private ReplyMessage compared(CallMessage call, String name) {
        List<?> found = (List<?>) call.parameters().get("found");
        return found == null || key(name).identifiers().containsAll(found)
                ? ReplyMessage.success(
                        RecordCodec.toTree(new CheckDirectory.Reply(key(name).identifiers())))
                : ReplyMessage.failure(
                        ErrorKind.UNEXPECTED_VOLUME.wireName(),
                        Map.of("volume", call.parameters().get("directory"), "reason", "it is another"));
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

    private static VaultInfo vault() {
        return new VaultInfo(
                "default", "0".repeat(32), 0, When.BOOT, 1, 0, List.of(), true, Optional.empty(), VaultDoor.OPEN);
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

    private void hasKey(String name, TargetType target, KeyState state) {
        targets.put(name, target);
        states.put(name, state);
    }

    private Path directory(String name) throws IOException {
        return Files.createDirectories(temporary.resolve("tree").resolve(name));
    }

    private static String line(Path what, Path where, String rest) {
        return TableField.encode(what.toString()) + " " + TableField.encode(where.toString()) + " " + rest + "\n";
    }

    private CommandRun run(String table, String... words) throws IOException {
        Files.writeString(temporary.resolve("mounttab"), table);
        return new CommandRun()
                .socket(daemon.socket())
                .environment(
                        "TPM_KEYRING_MOUNTTAB", temporary.resolve("mounttab").toString())
                .environment("PATH", programs + ":/usr/bin:/bin")
                .root(temporary.resolve("root"))
                .limit(Duration.ofSeconds(20))
                .run(words);
    }

    private List<String> called() throws IOException {
        return Files.readAllLines(log);
    }

    private List<String> methods() {
        return daemon.calls().stream()
                .map(call -> call.method().substring("org.tpmkeyring.".length()))
                .toList();
    }

    @Test
    void anEcryptfsDirectoryIsMountedWithTheSignaturesOfItsKey() throws IOException {
        hasKey("photos", TargetType.ECRYPTFS, KeyState.LOCKED);
        Path lower = directory("a b/$(touch pwned)");
        Path upper = directory("`upper`; 'x'");
        Files.write(lower.resolve(LowerFiles.name(NAMES, 7)), LowerFiles.file(CONTENTS));
        CommandRun run = run(line(lower, upper, "ecryptfs key=photos,nodev"), "mount", "--all");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out()).isEqualTo(upper + ": mounted (ecryptfs, key photos)\n");
        assertThat(called())
                .containsExactly("mount|-i|-t|ecryptfs|-o|nodev,ecryptfs_cipher=aes,ecryptfs_key_bytes=32,ecryptfs_sig="
                        + CONTENTS + ",ecryptfs_fnek_sig=" + NAMES
                        + ",ecryptfs_fn_key_bytes=16,ecryptfs_mount_auth_tok_only|" + lower + "|" + upper);
        assertThat(methods())
                .as("its identity first, then the key")
                .containsExactly("ShowKey", "CheckDirectory", "Unlock", "ShowKey");
    }

    @Test
    void ownOptionsGoBeforeTheUsualOnes() throws IOException {
        hasKey("photos", TargetType.ECRYPTFS, KeyState.DELIVERED);
        Path lower = directory("l");
        Path upper = directory("u");
        Files.write(lower.resolve("letter"), LowerFiles.file(CONTENTS));
        run(
                line(lower, upper, "ecryptfs key=photos,ecryptfs_key_bytes=16,ecryptfs_enable_filename_crypto=no"),
                "mount",
                upper.toString());
        assertThat(called())
                .containsExactly("mount|-i|-t|ecryptfs|-o|ecryptfs_key_bytes=16,ecryptfs_cipher=aes,ecryptfs_sig="
                        + CONTENTS + ",ecryptfs_mount_auth_tok_only|" + lower + "|" + upper);
    }

    @Test
    void aDirectoryThatAnotherKeyEncryptedIsNotMountedAndGetsNoKey() throws IOException {
        hasKey("photos", TargetType.ECRYPTFS, KeyState.LOCKED);
        Path lower = directory("l");
        Path upper = directory("u");
        Files.write(lower.resolve("x"), LowerFiles.file("0123456789abcdef"));
        CommandRun run = run(line(lower, upper, "ecryptfs key=photos"), "mount", "--all");
        assertThat(run.status()).isEqualTo(ErrorKind.UNEXPECTED_VOLUME.exitCode());
        assertThat(run.err()).startsWith("tpm-keyring: " + upper + ": volume '" + lower + "' is not the one");
        assertThat(called()).isEmpty();
        assertThat(methods()).doesNotContain("Unlock");
    }

    @Test
    void filesWithPlainNamesAreNotHiddenByEncryptedOnes() throws IOException {
        hasKey("photos", TargetType.ECRYPTFS, KeyState.DELIVERED);
        Path lower = directory("l");
        Files.write(lower.resolve("letter"), LowerFiles.file(CONTENTS));
        CommandRun run = run(line(lower, directory("u"), "ecryptfs key=photos"), "mount", "--all");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("ecryptfs_enable_filename_crypto=no leaves names as they are");
        assertThat(called()).isEmpty();
    }

    @Test
    void anFscryptDirectoryIsBoundOnceItsKeyIsInTheFileSystem() throws IOException {
        hasKey("vault", TargetType.FSCRYPT, KeyState.LOCKED);
        Path what = directory("v");
        Path where = directory("w");
        assertThat(run(line(what, where, "fscrypt key=vault,ro"), "mount", "-a", "--json=short")
                        .out())
                .isEqualTo(
                        "{\"mounts\":[{\"where\":\"" + where + "\",\"what\":\"" + what
                                + "\",\"type\":\"fscrypt\",\"key\":\"vault\",\"result\":\"mounted\",\"exitStatus\":0}],\"badLines\":[]}\n");
        assertThat(called()).containsExactly("mount|--bind|-o|ro|" + what + "|" + where);
        assertThat(methods()).containsExactly("ShowKey", "CheckDirectory", "Unlock", "ShowKey");
    }

    /** zfs(8) as far as it is asked: properties of a dataset that is locked and not mounted. */
    private void aLockedDataset() throws IOException {
        program(
                "zfs",
                record("zfs") + "; case $*:$5 in get*:mounted) echo no ;; get*:keystatus) echo unavailable ;;"
                        + " load-key*) printf 'fed: '; cat; echo ;; esac >>'" + log
                        + "'; case $5 in mounted) echo no ;;"
                        + " keystatus) echo unavailable ;; esac");
    }

    @Test
    void aDatasetIsFedItsKeyWithoutItComingHere() throws IOException {
        aLockedDataset();
        hasKey("tank", TargetType.ZFS, KeyState.LOCKED);
        CommandRun run = run("tank/my\\040data none zfs key=tank,ro\n", "mount", "--", "tank/my data");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo("tank/my data: mounted (zfs, key tank)\n");
        assertThat(called())
                .containsSubsequence(
                        "zfs|load-key|tank/my data",
                        "fed: the key of %user:tpm-keyring:tank",
                        "zfs|mount|-o|ro|tank/my data");
    }

    @Test
    void aKeyOfAnotherDatasetIsRefused() throws IOException {
        aLockedDataset();
        hasKey("tank", TargetType.ZFS, KeyState.DELIVERED);
        CommandRun run = run("tank/other none zfs key=tank\n", "mount", "--all");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("key=tank: this key is for tank/my data and not for tank/other");
        assertThat(String.join("\n", called())).doesNotContain("load-key");
    }

    @Test
    void withoutZfsThePackageIsNamed() throws IOException {
        hasKey("tank", TargetType.ZFS, KeyState.DELIVERED);
        CommandRun run = run("tank/my\\040data none zfs key=tank\n", "mount", "--all");
        assertThat(run.status()).isEqualTo(5);
        assertThat(run.err()).contains("the program zfs is not installed\nhint: sudo apt-get install zfsutils-linux");
    }

    @Test
    void aBcachefsFileSystemIsMountedWhenItIsTheEncryptedOneOfItsKey() throws IOException {
        hasKey("pool", TargetType.BCACHEFS, KeyState.LOCKED);
        Path device = BcachefsSuperblockTest.device(temporary.resolve("device"), UUID, 1L << 10);
        Path where = directory("w");
        assertThat(run(line(device, where, "bcachefs key=pool,ro"), "mount", "-a")
                        .err())
                .isEmpty();
        assertThat(called()).containsExactly("mount|-i|-t|bcachefs|-o|ro|" + device + "|" + where);

        BcachefsSuperblockTest.device(device, UUID, 0);
        CommandRun planted = run(line(device, where, "bcachefs key=pool"), "mount", "-a");
        assertThat(planted.status()).as("the same UUID, in clear").isEqualTo(7);
        assertThat(called()).hasSize(1);
    }

    @Test
    void whatIsMountedAlreadyIsLeftAlone() throws IOException {
        hasKey("vault", TargetType.FSCRYPT, KeyState.LOCKED);
        Path what = directory("v");
        Path where = directory("w");
        Files.writeString(
                mountinfo,
                "21 1 254:1 / / rw - ext4 /dev/vda1 rw\n30 21 254:1 " + what + " " + where
                        + " rw - ext4 /dev/vda1 rw\n");
        CommandRun run = run(line(what, where, "fscrypt key=vault"), "mount", where + "/");
        assertThat(run.out()).isEqualTo(where + ": mounted already (fscrypt, key vault)\n");
        assertThat(run.status()).isZero();
        assertThat(daemon.calls()).isEmpty();

        Files.writeString(
                mountinfo, "21 1 254:1 / / rw - ext4 /dev/vda1 rw\n30 21 0:9 / " + where + " rw - tmpfs none rw\n");
        CommandRun taken = run(line(what, where, "fscrypt key=vault"), "mount", "--all");
        assertThat(taken.err())
                .isEqualTo("tpm-keyring: " + where + ": WHERE: something else is mounted there, none (tmpfs)\n"
                        + "hint: findmnt " + where + "\n");
    }

    @Test
    void aRefusalIsToldInKeyringdsWordsAndTheOthersAreMounted() throws IOException {
        hasKey("photos", TargetType.ECRYPTFS, KeyState.LOCKED);
        hasKey("vault", TargetType.FSCRYPT, KeyState.DELIVERED);
        refuseVault = true;
        Path first = directory("u1");
        Path second = directory("u2");
        Path third = directory("u1/inside");
        CommandRun run = run(
                line(directory("l1"), first, "ecryptfs key=photos")
                        + line(directory("l2"), second, "fscrypt key=vault")
                        + line(directory("l3"), third, "fscrypt key=vault")
                        + "bad line\n"
                        + line(directory("l4"), directory("u4"), "fscrypt key=vault,noauto"),
                "mount",
                "--all");
        assertThat(run.status()).isEqualTo(ErrorKind.UNEXPECTED_PCR_STATE.exitCode());
        assertThat(run.out()).isEqualTo(second + ": mounted (fscrypt, key vault)\n");
        assertThat(run.err())
                .isEqualTo("tpm-keyring: " + temporary.resolve("mounttab")
                        + ":4: 2 fields instead of the four WHAT WHERE TYPE OPTIONS\n"
                        + "hint: man tpm-keyring-mounttab\n"
                        + "tpm-keyring: " + first
                        + ": vault 'default' stays locked: PCR 7 of sha256 changed since it was sealed\n"
                        + "hint: tpm-keyring explain default\n"
                        + "tpm-keyring: " + third + ": WHERE: it lies on " + first + ", which is not mounted\n"
                        + "hint: tpm-keyring mount " + first + "\n");
    }

    @Test
    void aKeyForSomethingElseOrNoneIsRefused() throws IOException {
        hasKey("vault", TargetType.FSCRYPT, KeyState.DELIVERED);
        assertThat(run(line(directory("l"), directory("u"), "ecryptfs key=vault"), "mount", "-a")
                        .err())
                .contains(
                        "key=vault: this key is for target fscrypt and not for ecryptfs\nhint: tpm-keyring show vault");
        CommandRun none = run(line(directory("l"), directory("u"), "ecryptfs key=none"), "mount", "-a");
        assertThat(none.err()).contains("there is no key 'none'\nhint: tpm-keyring list\n");
        assertThat(none.status()).isEqualTo(6);
    }

    @Test
    void whatMountSaysIsTold() throws IOException {
        hasKey("vault", TargetType.FSCRYPT, KeyState.DELIVERED);
        program("mount", "echo \"mount: $4: special device does not exist.\" >&2; exit 32");
        CommandRun run = run(line(directory("v"), directory("w"), "fscrypt key=vault"), "mount", "-a");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains(": mount failed: mount: ")
                .contains("special device does not exist.")
                .doesNotContain("Joined session");
    }

    @Test
    void aMountThatHangsIsKilledWithItsChildren() throws Exception {
        hasKey("vault", TargetType.FSCRYPT, KeyState.DELIVERED);
        Path pids = temporary.resolve("pids");
        program("mount", "trap '' TERM; sleep 600 & echo $$ $! >'" + pids + "'; wait; wait; sleep 600");
        long start = System.nanoTime();
        CommandRun run = run(line(directory("v"), directory("w"), "fscrypt key=vault,timeout=1"), "mount", "-a");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains(": mount failed: it was not done within 1 s and was ended\n");
        for (String pid : Files.readString(pids).strip().split(" ", -1)) {
            awaitEnd(pid);
        }
    }

    /** A process that nobody waited for yet has ended all the same. */
    private static void awaitEnd(String pid) throws IOException, InterruptedException {
        Path stat = Path.of("/proc", pid, "stat");
        for (int tries = 0; Files.exists(stat) && !Files.readString(stat).contains(") Z "); tries++) {
            assertThat(tries).as("process %s goes on", pid).isLessThan(50);
            Thread.sleep(20);
        }
    }

    @Test
    void unmountingGoesTheOtherWayRound() throws IOException {
        Path outer = directory("u");
        Path inner = directory("u/inside");
        Path lower = directory("l");
        Files.writeString(
                mountinfo,
                "21 1 254:1 / / rw - ext4 /dev/vda1 rw\n30 21 0:9 / " + outer + " rw - ecryptfs " + lower + " rw\n"
                        + "31 30 254:1 " + directory("v") + " " + inner + " rw - ext4 /dev/vda1 rw\n");
        CommandRun run = run(
                line(lower, outer, "ecryptfs key=photos")
                        + line(directory("v"), inner, "fscrypt key=vault,noauto")
                        + line(directory("v"), directory("x"), "fscrypt key=vault"),
                "umount",
                "--all");
        assertThat(run.err()).isEmpty();
        assertThat(called()).containsExactly("umount|-i|" + inner, "umount|-i|" + outer);
        assertThat(run.out())
                .contains(inner + ": unmounted (fscrypt, key vault)\n")
                .contains(outer + ": unmounted (ecryptfs, key photos)\n")
                .contains(directory("x") + ": not mounted (fscrypt, key vault)\n");
        assertThat(daemon.calls()).isEmpty();
    }

    @Test
    void aNameThatIsNotInTheTableIsRefused() throws IOException {
        CommandRun run = run("", "mount", "/nowhere");
        assertThat(run.status()).isEqualTo(6);
        assertThat(run.err())
                .isEqualTo("tpm-keyring: there is no line for '/nowhere' in " + temporary.resolve("mounttab")
                        + "\nhint: man tpm-keyring-mounttab\n");
        assertThat(run("", "mount").status()).isEqualTo(2);
        assertThat(run("", "umount", "--all", "/x").status()).isEqualTo(2);
        assertThat(run("", "mount", "--all").out()).startsWith("nothing to do");
    }

    @Test
    void theHelperMountsWhatMountTellsIt() throws IOException {
        hasKey("vault", TargetType.FSCRYPT, KeyState.DELIVERED);
        Path what = directory("line\nbreak \\ x");
        Path where = directory("w");
        CommandRun run = run(
                "",
                "mount-helper",
                TableField.encode(what.toString()),
                where.toString(),
                "-n",
                "-o",
                "rw,x-gvfs-hide,nodev,type=fscrypt,mounttab-quoted,timeout=9,key=vault");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(String.join("\n", called())).isEqualTo("mount|--bind|-o|rw,nodev|" + what + "|" + where);
    }

    @Test
    void theHelperTellsWhatIsMissing() throws IOException {
        assertThat(run("", "mount-helper", "/a", "/b", "-o", "rw,key=k").err())
                .contains("type=ecryptfs, type=fscrypt or type=bcachefs is missing");
        assertThat(run("", "mount-helper", "/a", "/b", "-o", "type=fscrypt").err())
                .contains("OPTIONS: there is no key=NAME");
        assertThat(run("", "mount-helper", "/a", "b", "-o", "type=fscrypt,key=k")
                        .err())
                .contains("WHERE: it has to be an absolute path");
        assertThat(run("", "mount-helper", "/a", "/b", "-N", "/proc/1/ns/mnt").status())
                .isEqualTo(5);
        assertThat(run("", "mount-helper", "/a", "/b", "-f", "-o", "type=fscrypt,key=k")
                        .status())
                .isZero();
        assertThat(called()).isEmpty();
    }
}
