// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.api.Volume;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.secret.SecretBuffer;

/** Keys of volumes: luks, dm-crypt, zfs and bcachefs. */
class VolumeKeyTargetsTest extends TargetFixture {
    private static final long ROOT = 0;
    private static final String UUID = "0f4c1d2e-0000-4000-8000-00000000abcd";
    private static final String IDENTITY = "ab".repeat(32);

    private final Target luks = new LuksTarget(keyrings, volumes);
    private final Target dmCrypt = new DmCryptTarget(keyrings);
    private final Target zfs = new ZfsTarget(keyrings);
    private final Target bcachefs = new BcachefsTarget(keyrings);

    private static KeySpec volume(KeySpec spec) {
        return opening(ofRoot(spec), "UUID=" + UUID, UUID, IDENTITY);
    }

    private static KeySpec dataset(KeySpec spec) {
        return opening(ofRoot(spec), "tank/home", null, null);
    }

    private static KeySpec fileSystem(KeySpec spec) {
        return opening(ofRoot(spec), null, UUID, null);
    }

    private static String text(SecretBuffer testSecret) {
        return testSecret.withBytes(
                bytes -> StandardCharsets.US_ASCII.decode(bytes).toString());
    }

    @Test
    void aLuksKeyIsHexDigitsInRootsKeyring() throws Exception {
        assertThat(luks.check(volume(made("data")))).isEqualTo(32);
        try (SecretBuffer secret = counting(32);
                Material material = luks.make(volume(made("data")), secret)) {
            KeyRecord key = record(luks, volume(made("data")), material);
            luks.deliver(ROOT, key, material.stored()).serials();
            assertThat(text(material.stored()))
                    .isEqualTo("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
            assertThat(keyrings.holds(ROOT, KernelKeyType.USER, "tpm-keyring:data", material.stored()))
                    .isTrue();
            assertThat(keyrings.readable(ROOT, KernelKeyType.USER, "tpm-keyring:data"))
                    .isTrue();
            assertThat(Opens.of(key))
                    .contains(new Volume(Optional.of("UUID=" + UUID), Optional.of(UUID), Optional.of(IDENTITY)));
            assertThat(luks.reveals()).isTrue();
            try (SecretBuffer shown = luks.revealable(key, material.stored()).orElseThrow()) {
                assertThat(shown.constantTimeEquals(material.stored())).isTrue();
            }
        }
    }

    @Test
    void aLuksKeyIsInPlaceWhileItsVolumeIsOpen() throws Exception {
        try (SecretBuffer secret = counting(32);
                Material material = luks.make(volume(made("data")), secret)) {
            KeyRecord key = record(luks, volume(made("data")), material);
            assertThat(luks.state(ROOT, key).state()).isEqualTo(KeyState.LOCKED);
            luks.deliver(ROOT, key, material.stored()).serials();
            assertThat(luks.remove(ROOT, key).result()).isEqualTo(Target.TargetRemoval.Result.REMOVED);

            volumes.open("data", UUID);
            assertThat(luks.state(ROOT, key).state()).isEqualTo(KeyState.DELIVERED);
            luks.deliver(ROOT, key, material.stored()).serials();
            Target.TargetRemoval busy = luks.remove(ROOT, key);
            assertThat(busy.result()).isEqualTo(Target.TargetRemoval.Result.BUSY);
            assertThat(busy.reason().orElseThrow()).contains("stays open");
            assertThat(busy.hint()).contains("cryptsetup close data");
            assertThat(keyrings.count(ROOT)).isZero();

            volumes.close("data", UUID);
            volumes.open("data", "0f4c1d2e-0000-4000-8000-000000000000");
            assertThat(luks.state(ROOT, key).state()).isEqualTo(KeyState.LOCKED);
        }
    }

    @Test
    void aLuksKeyIsRefusedWithoutWhatItNeeds() {
        refused(ErrorKind.BAD_ARGUMENT, () -> luks.check(ofRoot(made("a"))));
        refused(ErrorKind.BAD_ARGUMENT, () -> luks.check(volume(given("a"))));
        refused(ErrorKind.BAD_SIZE, () -> luks.check(volume(sized("a", 32))));
        refused(ErrorKind.BAD_ARGUMENT, () -> luks.check(opening(ofRoot(made("a")), "sdb1", UUID, IDENTITY)));
        refused(ErrorKind.BAD_ARGUMENT, () -> luks.check(opening(ofRoot(made("a")), "/dev/a\nb", UUID, IDENTITY)));
        refused(ErrorKind.BAD_ARGUMENT, () -> luks.check(opening(ofRoot(made("a")), "/dev/sdb1", "12", IDENTITY)));
        refused(ErrorKind.BAD_ARGUMENT, () -> luks.check(opening(ofRoot(made("a")), "/dev/sdb1", UUID, "12")));
    }

    @Test
    void keysOfVolumesAreRootsAlone() {
        refused(ErrorKind.NOT_SUPPORTED, () -> luks.check(opening(made("a"), "UUID=" + UUID, UUID, IDENTITY)));
        refused(ErrorKind.NOT_SUPPORTED, () -> dmCrypt.check(made("a")));
        refused(ErrorKind.NOT_SUPPORTED, () -> zfs.check(opening(made("a"), "tank", null, null)));
        refused(ErrorKind.NOT_SUPPORTED, () -> bcachefs.check(opening(given("a"), null, UUID, null)));
    }

    @Test
    void optionsOfOtherTargetsAreRefused() {
        refused(ErrorKind.BAD_ARGUMENT, () -> luks.check(withFormat(volume(made("a")), "raw")));
        refused(ErrorKind.BAD_ARGUMENT, () -> luks.check(at(volume(made("a")), "/srv", null)));
        refused(ErrorKind.BAD_ARGUMENT, () -> dmCrypt.check(volume(made("a"))));
        refused(ErrorKind.BAD_ARGUMENT, () -> zfs.check(volume(made("a"))));
        refused(ErrorKind.BAD_ARGUMENT, () -> bcachefs.check(volume(given("a"))));
        refused(ErrorKind.BAD_ARGUMENT, () -> new UserTarget(keyrings).check(volume(made("a"))));
        refused(ErrorKind.BAD_ARGUMENT, () -> new EcryptfsTarget(keyrings).check(volume(made("a"))));
        refused(ErrorKind.BAD_ARGUMENT, () -> new EncryptedTarget(keyrings).check(volume(made("a"))));
    }

    @Test
    void aDmCryptKeyIsALogonKeyThatNobodyReads() throws Exception {
        KeySpec spec = ofRoot(made("swap"));
        assertThat(dmCrypt.check(spec)).isEqualTo(64);
        assertThat(dmCrypt.check(ofRoot(sized("swap", 32)))).isEqualTo(32);
        refused(ErrorKind.BAD_SIZE, () -> dmCrypt.check(ofRoot(sized("swap", 20))));
        try (SecretBuffer secret = counting(64);
                SecretBuffer odd = counting(63);
                Material material = dmCrypt.make(spec, secret)) {
            refused(
                    ErrorKind.BAD_SIZE,
                    () -> dmCrypt.make(ofRoot(given("swap")), odd).close());
            KeyRecord key = record(dmCrypt, spec, material);
            dmCrypt.deliver(ROOT, key, material.stored()).serials();
            assertThat(keyrings.holds(ROOT, KernelKeyType.LOGON, "tpm-keyring:swap", secret))
                    .isTrue();
            assertThat(keyrings.readable(ROOT, KernelKeyType.LOGON, "tpm-keyring:swap"))
                    .isFalse();
            assertThat(key.target()).isEqualTo(TargetType.DM_CRYPT);
            assertThat(Opens.of(key)).isEmpty();
        }
    }

    @Test
    void aZfsKeyHasTheFormatOfItsDataset() throws Exception {
        assertThat(zfs.check(dataset(made("tank")))).isEqualTo(32);
        assertThat(zfs.check(withFormat(dataset(made("tank")), "hex"))).isEqualTo(32);
        assertThat(zfs.check(withFormat(dataset(made("tank")), "passphrase"))).isEqualTo(16);
        assertThat(zfs.check(withFormat(dataset(given("tank")), "passphrase"))).isEqualTo(512);
        try (SecretBuffer secret = counting(32);
                SecretBuffer half = counting(16);
                Material raw = zfs.make(dataset(made("tank")), secret);
                Material hex = zfs.make(withFormat(dataset(made("tank")), "hex"), secret);
                Material passphrase = zfs.make(withFormat(dataset(made("tank")), "passphrase"), half)) {
            assertThat(raw.stored().constantTimeEquals(secret)).isTrue();
            assertThat(text(hex.stored())).hasSize(64).startsWith("000102");
            assertThat(text(passphrase.stored())).isEqualTo("000102030405060708090a0b0c0d0e0f");
            assertThat(raw.attributes()).containsEntry("keyformat", "raw").containsEntry("device", "tank/home");
            KeyRecord key = record(zfs, dataset(made("tank")), raw);
            assertThat(zfs.revealable(key, raw.stored())).isEmpty();
            KeyRecord shown = record(zfs, dataset(made("tank")), hex);
            zfs.revealable(shown, hex.stored()).orElseThrow().close();
        }
    }

    @Test
    void aGivenZfsKeyHasToFitItsFormat() throws Exception {
        refused(ErrorKind.BAD_ARGUMENT, () -> zfs.check(withFormat(dataset(made("t")), "base64")));
        refused(ErrorKind.BAD_SIZE, () -> zfs.check(dataset(sized("t", 16))));
        try (SecretBuffer bytes = counting(31);
                SecretBuffer noHex = of("g".repeat(64).getBytes(StandardCharsets.US_ASCII));
                SecretBuffer upper = of("AB".repeat(32).getBytes(StandardCharsets.US_ASCII));
                SecretBuffer lines = of("two\nlines".getBytes(StandardCharsets.US_ASCII));
                SecretBuffer brief = of("seven77".getBytes(StandardCharsets.US_ASCII))) {
            KeySpec hex = withFormat(dataset(given("t")), "hex");
            KeySpec passphrase = withFormat(dataset(given("t")), "passphrase");
            refused(
                    ErrorKind.BAD_SIZE,
                    () -> zfs.make(dataset(given("t")), bytes).close());
            refused(ErrorKind.BAD_ARGUMENT, () -> zfs.make(hex, noHex).close());
            refused(ErrorKind.BAD_ARGUMENT, () -> zfs.make(passphrase, lines).close());
            refused(ErrorKind.BAD_SIZE, () -> zfs.make(passphrase, brief).close());
            zfs.make(hex, upper).close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tank@snapshot", "/tank", "tank//home", "tank/", "-tank", "tank/$(id)", "tank;id"})
    void whatIsNoDatasetIsRefused(String name) {
        refused(ErrorKind.BAD_ARGUMENT, () -> zfs.check(opening(ofRoot(made("t")), name, null, null)));
    }

    @Test
    void aBcachefsKeyLiesWhereTheKernelLooksForIt() throws Exception {
        assertThat(bcachefs.check(fileSystem(given("pool")))).isEqualTo(32);
        refused(ErrorKind.BAD_ARGUMENT, () -> bcachefs.check(fileSystem(made("pool"))));
        try (SecretBuffer secret = counting(32);
                SecretBuffer odd = counting(33);
                Material material = bcachefs.make(fileSystem(given("pool")), secret)) {
            refused(
                    ErrorKind.BAD_SIZE,
                    () -> bcachefs.make(fileSystem(given("pool")), odd).close());
            KeyRecord key = record(bcachefs, fileSystem(given("pool")), material);
            bcachefs.deliver(ROOT, key, material.stored()).serials();
            assertThat(keyrings.holds(ROOT, KernelKeyType.USER, "bcachefs:" + UUID, secret))
                    .isTrue();
            assertThat(bcachefs.identifiers(key)).containsExactly("bcachefs:" + UUID);
            assertThat(bcachefs.reveals()).isFalse();
        }
    }
}
