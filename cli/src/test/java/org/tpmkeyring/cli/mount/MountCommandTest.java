// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.cli.ecryptfs.LowerFiles;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;

/**
 * mount, umount and mount-helper with programs that write down how they were called. eCryptfs, ZFS and bcachefs
 * are not in every kernel; that the real ones take these words is tried in a virtual machine, and bind mounts of
 * fscrypt directories are real in the module tests.
 */
final class MountCommandTest extends MountFixture {
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
                .containsExactly(
                        "mount|-n|-c|-i|-t|ecryptfs|-o|nodev,ecryptfs_cipher=aes,ecryptfs_key_bytes=32,ecryptfs_sig="
                                + CONTENTS + ",ecryptfs_fnek_sig=" + NAMES
                                + ",ecryptfs_fn_key_bytes=16,ecryptfs_mount_auth_tok_only|" + lower + "|.");
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
                .containsExactly("mount|-n|-c|-i|-t|ecryptfs|-o|ecryptfs_key_bytes=16,ecryptfs_cipher=aes,ecryptfs_sig="
                        + CONTENTS + ",ecryptfs_mount_auth_tok_only|" + lower + "|.");
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
    void aDirectoryWithFilesInClearIsNotMountedAndOneWithoutAnyIs() throws IOException {
        hasKey("photos", TargetType.ECRYPTFS, KeyState.LOCKED);
        Path lower = directory("l");
        Path upper = directory("u");
        Files.writeString(lower.resolve("config"), "planted");
        String table = line(lower, upper, "ecryptfs key=photos,ecryptfs_enable_filename_crypto=no");
        CommandRun run = run(table, "mount", "--all");
        assertThat(run.status()).isEqualTo(ErrorKind.UNEXPECTED_VOLUME.exitCode());
        assertThat(run.err()).startsWith("tpm-keyring: " + upper + ": volume '" + lower + "' is not the one");
        assertThat(called()).isEmpty();
        assertThat(methods()).containsExactly("ShowKey", "CheckDirectory");

        Files.delete(lower.resolve("config"));
        assertThat(run(table, "mount", "--all").out()).isEqualTo(upper + ": mounted (ecryptfs, key photos)\n");
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
        assertThat(called())
                .containsExactly("mount|-n|-c|--bind|/proc/self/fd/3|.", "mount|-n|-c|-o|remount,bind,ro|none|.");
        assertThat(methods()).containsExactly("ShowKey", "CheckDirectory", "Unlock", "ShowKey");
    }

    @Test
    void aBindMountKeepsTheFlagsOfTheMountItIsTakenFrom() throws IOException {
        hasKey("vault", TargetType.FSCRYPT, KeyState.DELIVERED);
        Path what = directory("v");
        Path where = directory("w");
        Files.writeString(mountinfo, "21 1 254:1 / / ro,nosuid,noatime - ext4 /dev/vda1 rw\n");
        run(line(what, where, "fscrypt key=vault,nodev"), "mount", "-a");
        run(line(what, where, "fscrypt key=vault,rw"), "mount", "-a");
        String bind = "mount|-n|-c|--bind|/proc/self/fd/3|.";
        assertThat(called()).containsExactly(bind, "mount|-n|-c|-o|remount,bind,ro,nosuid,noatime,nodev|none|.", bind);
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
        program("mount", "echo \"mount: nowhere: special device does not exist.\" >&2; exit 32");
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
            assertThat(runs(pid)).as("process %s goes on", pid).isFalse();
        }
    }

    /** A process that nobody waited for yet has ended all the same. */
    private static boolean runs(String pid) throws IOException {
        try {
            return !Files.readString(Path.of("/proc", pid, "stat")).contains(") Z ");
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    @Test
    void whoDoesNotAnswerInTimeIsTold() throws IOException {
        hasKey("vault", TargetType.FSCRYPT, KeyState.LOCKED);
        CountDownLatch told = new CountDownLatch(1);
        meanwhile = () -> {
            try {
                told.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        Path where = directory("w");
        long start = System.nanoTime();
        CommandRun run = run(line(directory("v"), where, "fscrypt key=vault,timeout=1"), "mount", "-a");
        told.countDown();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
        assertThat(run.err())
                .isEqualTo("tpm-keyring: " + where
                        + ": no answer within 1 s to CheckDirectory, which keyringd was asked\n"
                        + "hint: tpm-keyring status\n");
        assertThat(run.status()).isEqualTo(ErrorKind.DEADLINE_EXCEEDED.exitCode());
        assertThat(called()).isEmpty();
    }

    /** A named pipe that nobody writes to: opening it takes as long as reading from a dead disk. */
    @Test
    void aDiskThatDoesNotAnswerIsToldBeforeTheUnitEnds() throws Exception {
        hasKey("data", TargetType.BCACHEFS, KeyState.LOCKED);
        Path pipe = temporary.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path where = directory("w");
        long start = System.nanoTime();
        CommandRun run = run(line(pipe, where, "bcachefs key=data,timeout=1"), "mount", "-a");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
        Files.write(pipe, new byte[0]);
        assertThat(run.err())
                .isEqualTo("tpm-keyring: " + where + ": reading " + pipe
                        + " failed: it was not done within 1 s and goes on\nhint: journalctl -k -b\n");
        assertThat(called()).isEmpty();
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
        assertThat(called()).containsExactly("umount|-i|-c|--|./inside", "umount|-i|-c|--|./u");
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
}
