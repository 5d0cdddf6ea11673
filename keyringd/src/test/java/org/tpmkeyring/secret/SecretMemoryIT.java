// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.testing.MemoryWatch;
import org.tpmkeyring.testing.Requires;

/** Where secrets are in the memory of the process, and where they are not. */
final class SecretMemoryIT {
    private static final Bytes PUBLIC = Bytes.copyOf("public".getBytes(UTF_8));

    private MemoryWatch scan;

    @BeforeEach
    void startSearching() throws IOException {
        Requires.root();
        Requires.command("python3");
        scan = new MemoryWatch();
    }

    @AfterEach
    void stopSearching() {
        if (scan != null) {
            scan.close();
        }
    }

    @Test
    void aSecretIsInOnePlaceAndNowhereOnceClosed() throws IOException {
        SecretBuffer secret = random(32);
        scan.learn(secret);
        assertThat(scan.copies()).isEqualTo(1);
        secret.close();
        assertThat(scan.copies()).isZero();
    }

    @Test
    void theSearchSeesCopies() throws IOException {
        try (SecretBuffer secret = random(32);
                SecretBuffer copy = secret.copyOfRange(0, 32)) {
            scan.learn(secret);
            assertThat(scan.copies()).isEqualTo(2);
            byte[] onTheHeap = Secrets.contents(copy);
            assertThat(scan.copies()).isGreaterThanOrEqualTo(3);
            java.util.Arrays.fill(onTheHeap, (byte) 0);
        }
    }

    @Test
    void cryptographyLeavesNoCopyOfAKey() throws IOException, TagMismatchException {
        try (SecretBuffer key = random(32);
                SecretBuffer plain = random(1000)) {
            scan.learn(key);
            for (int i = 0; i < 100; i++) {
                AesGcm.open(key, PUBLIC, AesGcm.seal(key, PUBLIC, plain)).close();
                Hkdf.derive(key, PUBLIC, PUBLIC, 100).close();
                assertThat(HmacSha256.of(key, PUBLIC).length()).isEqualTo(32);
            }
            assertThat(scan.copies()).isEqualTo(1);
        }
    }

    @Test
    void cryptographyLeavesNoCopyOfWhatItOpened() throws IOException, TagMismatchException {
        SecretBuffer plain = random(64);
        try (SecretBuffer key = random(32)) {
            scan.learn(plain);
            for (int i = 0; i < 100; i++) {
                AesGcm.open(key, PUBLIC, AesGcm.seal(key, PUBLIC, plain)).close();
            }
            plain.close();
            assertThat(scan.copies()).isZero();
        }
    }

    @Test
    void cryptographyLeavesNoCopyOfADerivedKey() throws IOException {
        try (SecretBuffer material = random(32)) {
            SecretBuffer derived = Hkdf.derive(material, PUBLIC, PUBLIC, 32);
            scan.learn(derived);
            derived.close();
            assertThat(scan.copies()).isZero();
        }
    }

    @Test
    void derivingAnEcryptfsKeyLeavesNeitherPassphraseNorKey() throws IOException {
        SecretBuffer passphrase = random(24);
        scan.learn(passphrase);
        SecretBuffer key = IteratedSha512.derive(Bytes.ofHex("0011223344556677"), passphrase);
        passphrase.close();
        assertThat(scan.copies()).isZero();
        scan.learn(key);
        assertThat(IteratedSha512.signature(key).length()).isEqualTo(8);
        key.close();
        assertThat(scan.copies()).isZero();
    }

    @Test
    void stretchingAPasswordLeavesNeitherPasswordNorKey() throws IOException {
        SecretBuffer password = random(24);
        scan.learn(password);
        SecretBuffer key = Scrypt.derive(password, PUBLIC, 14, 64);
        password.close();
        assertThat(scan.copies()).isZero();
        scan.learn(key);
        key.close();
        assertThat(scan.copies()).isZero();
    }

    @Test
    void mixedRandomBytesAreInOnePlace() throws IOException {
        try (SecretBuffer fromTpm = random(32);
                SecretBuffer mixed = SecretBuffer.allocate(64)) {
            SecretRandom.fillMixed(mixed, fromTpm);
            scan.learn(fromTpm);
            assertThat(scan.copies()).isEqualTo(1);
            scan.learn(mixed);
            assertThat(scan.copies()).isEqualTo(1);
        }
    }

    @Test
    void itsPagesAreLockedAndLeftOutOfDumpsAndForks() throws IOException {
        try (SecretBuffer secret = random(5000)) {
            long address = secret.unsafeAddress();
            assertThat(flagsAround(address)).contains("lo", "dd", "wf");
            assertThat(flagsAround(address + 4999)).contains("lo", "dd", "wf");
            long end = (address + 4999) / 4096 * 4096 + 4096;
            assertThat(permissionsAround(end)).as("guard page after").isEqualTo("---p");
            assertThat(permissionsAround(end - 3 * 4096))
                    .as("guard page before")
                    .isEqualTo("---p");
        }
    }

    private static SecretBuffer random(int size) {
        SecretBuffer secret = SecretBuffer.allocate(size);
        SecretRandom.fill(secret);
        return secret;
    }

    /** VmFlags of the mapping around an address, proc(5). */
    private static List<String> flagsAround(long address) throws IOException {
        return linesOf(address).stream()
                .filter(line -> line.startsWith("VmFlags:"))
                .map(line -> List.of(line.substring(8).strip().split(" ", -1)))
                .findFirst()
                .orElseThrow();
    }

    private static String permissionsAround(long address) throws IOException {
        return linesOf(address).get(0).split(" ", 3)[1];
    }

    private static List<String> linesOf(long address) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
        for (int i = 0; i < lines.size(); i++) {
            String[] range = lines.get(i).split("[- ]", 3);
            if (range[0].matches("[0-9a-f]+")
                    && Long.parseUnsignedLong(range[0], 16) <= address
                    && address < Long.parseUnsignedLong(range[1], 16)) {
                return lines.subList(i, Math.min(lines.size(), i + 30));
            }
        }
        throw new IOException("nothing is mapped there");
    }
}
