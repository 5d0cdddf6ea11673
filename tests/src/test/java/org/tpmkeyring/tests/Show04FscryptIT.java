// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.testing.Requires;

/** Keys of fscrypt on a real ext4. */
class Show04FscryptIT {
    private Machine machine;
    private Ext4Disk disk;
    private Path folder;
    private String name;

    @BeforeEach
    void start() throws IOException {
        disk = Ext4Disk.mounted();
        machine = Machine.start();
        folder = disk.directory("private");
        name = machine.unique("documents");
        machine.cli().makeVault(machine.file("recovery")).ok();
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
        disk.close();
    }

    private void add(byte[] key) throws IOException {
        machine.cli()
                .add(name, key, "--target=fscrypt", "--mount=" + disk.mount(), "--directory=" + folder)
                .ok();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** The identifier as Documentation/filesystems/fscrypt.rst defines it: HKDF-SHA512, no salt, context 1. */
    private static String identifier(byte[] key) throws GeneralSecurityException {
        Mac hmac = Mac.getInstance("HmacSHA512");
        hmac.init(new SecretKeySpec(new byte[64], "HmacSHA512"));
        hmac.init(new SecretKeySpec(hmac.doFinal(key), "HmacSHA512"));
        hmac.update("fscrypt\0\1\1".getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().formatHex(Arrays.copyOf(hmac.doFinal(), 16));
    }

    /** What fscrypt says of the directory, with the configuration it wants in a mount namespace of its own. */
    private String statusByGoogle() throws IOException {
        Files.createDirectories(disk.mount().resolve(".fscrypt/policies"));
        Files.createDirectories(disk.mount().resolve(".fscrypt/protectors"));
        Outcome status = Program.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount -t tmpfs none /mnt && cp -a /etc /mnt/ && mount --bind /mnt/etc /etc"
                                + " && cat >/etc/fscrypt.conf && fscrypt status \"$1\"",
                        "sh",
                        folder.toString())
                .input("{\"source\":\"custom_passphrase\",\"hash_costs\":{\"time\":\"1\",\"memory\":\"8192\","
                        + "\"parallelism\":\"1\"},\"options\":{\"padding\":\"32\",\"contents\":\"AES_256_XTS\","
                        + "\"filenames\":\"AES_256_CTS\",\"policy_version\":\"2\"}}")
                .run();
        return status.text() + status.errors();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void theIdentifierIsTheOneThatGooglesFscryptAndTheDefinitionGive() throws Exception {
        Requires.command("fscrypt");
        byte[] key = random(64);
        add(key);

        KeyInfo listed = machine.cli().key(name);
        assertThat(listed.identifiers()).containsExactly(identifier(key));
        assertThat(statusByGoogle()).contains("/.fscrypt/policies/" + identifier(key));
    }

    @Test
    void filesAreReadableAfterUnlockAndScrambledAfterLock() throws IOException {
        add(random(32));
        Path diary = folder.resolve("diary.txt");
        Files.writeString(diary, "nobody else can read this");

        machine.cli().run("lock").ok();
        assertThat(diary).doesNotExist();
        assertThat(names(folder)).hasSize(1).doesNotContain("diary.txt");
        assertThat(machine.cli().key(name).state()).isEqualTo(KeyState.LOCKED);

        machine.cli().run("unlock").ok();
        assertThat(diary).hasContent("nobody else can read this");
        assertThat(machine.cli().key(name).state()).isEqualTo(KeyState.DELIVERED);
    }

    @Test
    void filesThatAreOpenAreReportedAndTheNextLockFinishesTheJob() throws IOException {
        add(random(32));
        Path diary = folder.resolve("diary.txt");
        Files.writeString(diary, "still open");

        try (InputStream open = Files.newInputStream(diary)) {
            Outcome busy = machine.cli().run("lock");
            assertThat(busy.text() + busy.errors()).contains("still in use").contains(diary.toString());
            assertThat(open.read()).isEqualTo('s');
        }
        machine.cli().run("lock").ok();
        assertThat(diary).doesNotExist();
    }

    @Test
    void theKeyAlsoComesByWayOfAProvisioningKey() throws Exception {
        byte[] key = random(64);
        machine.cli()
                .add(
                        name,
                        key,
                        "--target=fscrypt",
                        "--format=provisioning",
                        "--mount=" + disk.mount(),
                        "--directory=" + folder)
                .ok();
        Files.writeString(folder.resolve("a"), "b");
        machine.cli().run("lock").ok();
        machine.cli().run("unlock").ok();

        assertThat(machine.cli().key(name).identifiers()).containsExactly(identifier(key));
        assertThat(folder.resolve("a")).hasContent("b");
        assertThat(Files.readString(Path.of("/proc/keys"))).doesNotContain("fscrypt-provisioning");
    }
}
