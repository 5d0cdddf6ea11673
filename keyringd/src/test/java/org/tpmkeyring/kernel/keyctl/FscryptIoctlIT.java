// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.kernel.FscryptKeys;
import org.tpmkeyring.kernel.FscryptKeys.Removal;
import org.tpmkeyring.kernel.FscryptKeys.Status;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.UserKeyringsContract;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.target.FscryptIdentifier;
import org.tpmkeyring.testing.Requires;
import org.tpmkeyring.testing.Shell;

/** fscrypt on an ext4 of our own, for root and for a user who owns a directory there. */
class FscryptIoctlIT {
    private static final long USER = 61_041;
    private static final long OTHER = 61_042;

    private static LoopMount mount;
    private static FscryptKeys fscrypt;

    @BeforeAll
    static void mount() throws Exception {
        Requires.root();
        Requires.command("mkfs.ext4");
        fscrypt = new FscryptIoctl();
        mount = LoopMount.make("encrypt");
    }

    @AfterAll
    static void unmount() throws Exception {
        if (mount != null) {
            mount.close();
        }
    }

    /** 64 bytes that differ from test to test. */
    private static SecretBuffer raw(String name) {
        return UserKeyringsContract.secret((name + "-".repeat(64)).substring(0, 64));
    }

    private static void refused(ThrowingCallable call, String words) {
        assertThatThrownBy(call).isInstanceOf(KernelException.class).hasMessageContaining(words);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, USER})
    void filesAreReadableWhileTheKeyIsThereAndScrambledWhenItIsGone(long uid) throws Exception {
        Path directory = mount.directoryOf(uid, "cycle" + uid);
        try (SecretBuffer key = raw("cycle" + uid)) {
            Bytes identifier = fscrypt.add(uid, mount.path(), key);
            assertThat(identifier).isEqualTo(FscryptIdentifier.of(key));
            fscrypt.encryptDirectory(uid, directory, identifier);
            Files.writeString(directory.resolve("letter"), "dear reader");
            assertThat(fscrypt.status(uid, mount.path(), identifier)).isEqualTo(Status.PRESENT);

            assertThat(fscrypt.remove(uid, mount.path(), identifier)).isEqualTo(Removal.REMOVED);
            assertThat(fscrypt.status(uid, mount.path(), identifier)).isEqualTo(Status.ABSENT);
            assertThat(namesIn(directory)).hasSize(1).doesNotContain("letter");
            assertThat(fscrypt.remove(uid, mount.path(), identifier)).isEqualTo(Removal.ABSENT);

            assertThat(fscrypt.add(uid, mount.path(), key)).isEqualTo(identifier);
            fscrypt.encryptDirectory(uid, directory, identifier);
            assertThat(directory.resolve("letter")).hasContent("dear reader");
            assertThat(fscrypt.remove(uid, mount.path(), identifier)).isEqualTo(Removal.REMOVED);
        }
    }

    @Test
    void theKeyOfADirectoryIsToldWithoutTheKey() throws Exception {
        Path directory = mount.directoryOf(USER, "policy");
        try (SecretBuffer key = raw("policy")) {
            assertThat(fscrypt.policy(USER, directory).key()).isEmpty();
            Bytes identifier = fscrypt.add(USER, mount.path(), key);
            fscrypt.encryptDirectory(USER, directory, identifier);
            assertThat(fscrypt.policy(USER, directory).key()).contains(identifier);
            assertThat(fscrypt.remove(USER, mount.path(), identifier)).isEqualTo(Removal.REMOVED);
            assertThat(fscrypt.policy(USER, directory).key()).contains(identifier);
            assertThat(fscrypt.policy(0, directory).key()).contains(identifier);
        }
        String identity =
                Shell.run("stat -c %d:%i '" + directory + "'").succeeded().lastLine();
        assertThat(fscrypt.policy(USER, directory).directory()).isEqualTo(identity);
        assertThat(fscrypt.policy(0, Path.of("/proc")).key())
                .as("cannot encrypt")
                .isEmpty();
        refused(() -> fscrypt.policy(0, mount.path().resolve("missing")), "ENOENT");
        refused(() -> fscrypt.policy(OTHER, mount.directoryOf(USER, "closed")), "EACCES");
    }

    @Test
    void theProvisioningWayOpensTheSameFilesAfterARemount() throws Exception {
        Path directory = mount.directoryOf(USER, "provisioned");
        try (SecretBuffer key = raw("provisioned")) {
            Bytes identifier = fscrypt.add(USER, mount.path(), key);
            fscrypt.encryptDirectory(USER, directory, identifier);
            Files.writeString(directory.resolve("letter"), "dear reader");
            mount.remount();
            assertThat(namesIn(directory)).doesNotContain("letter");

            assertThat(fscrypt.addByProvisioning(USER, mount.path(), key)).isEqualTo(identifier);
            assertThat(directory.resolve("letter")).hasContent("dear reader");
            assertThat(fscrypt.remove(USER, mount.path(), identifier)).isEqualTo(Removal.REMOVED);
        }
        Shell.run("while grep -q fscrypt-p /proc/keys; do :; done").succeeded();
    }

    @Test
    void openFilesMakeALockBusyAndAreNamedToTheirOwner() throws Exception {
        Path directory = mount.directoryOf(USER, "busy");
        try (SecretBuffer key = raw("busy")) {
            Bytes identifier = fscrypt.add(USER, mount.path(), key);
            fscrypt.encryptDirectory(USER, directory, identifier);
            Path letter = directory.resolve("letter");
            Files.writeString(letter, "dear reader");
            Shell.run("chown " + USER + " " + letter).succeeded();
            Process reader = new ProcessBuilder(
                            "setpriv",
                            "--reuid=" + USER,
                            "--clear-groups",
                            "--regid=65534",
                            "sh",
                            "-c",
                            "exec 3<" + letter + "; echo ready; exec cat")
                    .start();
            try {
                assertThat(reader.inputReader().readLine()).isEqualTo("ready");
                assertThat(fscrypt.remove(USER, mount.path(), identifier)).isEqualTo(Removal.FILES_BUSY);
                assertThat(fscrypt.status(USER, mount.path(), identifier)).isEqualTo(Status.INCOMPLETELY_REMOVED);
                List<String> named = fscrypt.openFiles(USER, mount.path(), identifier, 5);
                assertThat(named).containsExactly("cat (pid " + reader.pid() + "): " + letter);
                assertThat(fscrypt.openFiles(0, mount.path(), identifier, 5)).isEqualTo(named);
                assertThat(fscrypt.openFiles(OTHER, mount.path(), identifier, 5))
                        .isEmpty();
            } finally {
                reader.destroy();
                reader.waitFor();
            }
            assertThat(fscrypt.remove(USER, mount.path(), identifier)).isEqualTo(Removal.REMOVED);
        }
    }

    @Test
    void aKeyStaysAsLongAsAnotherUserHasAClaim() throws Exception {
        try (SecretBuffer key = raw("shared")) {
            Bytes identifier = fscrypt.add(USER, mount.path(), key);
            assertThat(fscrypt.add(OTHER, mount.path(), key)).isEqualTo(identifier);
            assertThat(fscrypt.remove(USER, mount.path(), identifier)).isEqualTo(Removal.OTHER_USERS);
            assertThat(fscrypt.remove(USER, mount.path(), identifier)).isEqualTo(Removal.ABSENT);
            assertThat(fscrypt.remove(OTHER, mount.path(), identifier)).isEqualTo(Removal.REMOVED);
        }
    }

    @Test
    void nobodyReachesWhatHeCouldNotReachHimself() throws Exception {
        Path directory = mount.directoryOf(USER, "closed");
        try (SecretBuffer key = raw("closed")) {
            refused(() -> fscrypt.add(OTHER, directory, key), "EACCES");
            Bytes identifier = fscrypt.add(OTHER, mount.path(), key);
            refused(() -> fscrypt.encryptDirectory(OTHER, directory, identifier), "EACCES");
            Path world = mount.directoryOf(USER, "world");
            Shell.run("chmod 777 " + world).succeeded();
            refused(() -> fscrypt.encryptDirectory(OTHER, world, identifier), "EACCES");
            refused(() -> fscrypt.encryptDirectory(USER, world, identifier), "ENOKEY");
            assertThat(fscrypt.remove(OTHER, mount.path(), identifier)).isEqualTo(Removal.REMOVED);
        }
    }

    @Test
    void directoriesThatCannotBeEncryptedAreToldWhy() throws Exception {
        Path full = mount.directoryOf(0, "full");
        Files.writeString(full.resolve("file"), "text");
        Path taken = mount.directoryOf(0, "taken");
        try (SecretBuffer key = raw("words");
                SecretBuffer another = raw("another")) {
            Bytes identifier = fscrypt.add(0, mount.path(), key);
            refused(() -> fscrypt.encryptDirectory(0, full, identifier), "ENOTEMPTY");
            fscrypt.encryptDirectory(0, taken, fscrypt.add(0, mount.path(), another));
            refused(() -> fscrypt.encryptDirectory(0, taken, identifier), "another key");
            refused(() -> fscrypt.encryptDirectory(0, full.resolve("none"), identifier), "ENOENT");
            Path link = Files.createSymbolicLink(mount.path().resolve("link"), full);
            refused(() -> fscrypt.add(0, link, key), "ENOTDIR");
            assertThat(fscrypt.remove(0, mount.path(), identifier)).isEqualTo(Removal.REMOVED);
        }
    }

    @Test
    void aFileSystemWithoutTheFeatureIsTold() throws Exception {
        try (LoopMount plain = LoopMount.make("^encrypt");
                SecretBuffer key = raw("plain")) {
            refused(() -> fscrypt.add(0, plain.path(), key), "tune2fs -O encrypt");
            refused(() -> fscrypt.status(0, plain.path(), FscryptIdentifier.of(key)), "tune2fs -O encrypt");
        }
        try (SecretBuffer key = raw("proc")) {
            refused(() -> fscrypt.add(0, Path.of("/proc"), key), "no encryption feature");
        }
    }

    /** It shows the configuration that it wants in a mount namespace of its own. */
    @Test
    void googlesToolKnowsTheDirectoryByOurIdentifier() throws Exception {
        Requires.command("fscrypt");
        Path directory = mount.directoryOf(0, "google");
        try (SecretBuffer key = raw("google")) {
            Bytes identifier = fscrypt.add(0, mount.path(), key);
            fscrypt.encryptDirectory(0, directory, identifier);
            Shell status = Shell.run("unshare -m sh -c 'mount -t tmpfs none /mnt && cp -a /etc /mnt/ && "
                    + "mount --bind /mnt/etc /etc && cat >/etc/fscrypt.conf && mkdir -p " + mount.path()
                    + "/.fscrypt/policies " + mount.path() + "/.fscrypt/protectors && fscrypt status " + directory
                    + "' <<'CONF'\n{\"source\":\"custom_passphrase\",\"hash_costs\":{\"time\":\"1\",\"memory\":\"8192\","
                    + "\"parallelism\":\"1\"},\"options\":{\"padding\":\"32\",\"contents\":\"AES_256_XTS\","
                    + "\"filenames\":\"AES_256_CTS\",\"policy_version\":\"2\"}}\nCONF");
            assertThat(status.output()).contains("/.fscrypt/policies/" + identifier.hex());
            assertThat(fscrypt.remove(0, mount.path(), identifier)).isEqualTo(Removal.REMOVED);
        }
    }

    private static List<String> namesIn(Path directory) throws Exception {
        return Shell.run("ls " + directory).succeeded().output().lines().toList();
    }
}
