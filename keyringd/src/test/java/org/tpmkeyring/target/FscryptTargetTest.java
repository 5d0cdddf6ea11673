// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.secret.SecretBuffer;

class FscryptTargetTest extends TargetFixture {
    private static final Path MOUNT = Path.of("/srv/data");

    /** Of the bytes 0 to 63, as ext4 of Linux 6.18 answered. */
    private static final String IDENTIFIER = "8699c2c53707405da5aba5ae4d8583c0";

    private final Target target = new FscryptTarget(keyrings, fscrypt);
    private final KeySpec plain = at(made("data"), "/srv/data", null);
    private final KeySpec withDirectory = at(made("data"), "/srv/data", "/srv/data/private");
    private final KeySpec provisioned = withFormat(plain, "provisioning");

    @Test
    void theIdentifierIsKnownWithoutAFileSystem() throws Exception {
        try (SecretBuffer raw = counting(target.check(plain));
                Material material = target.make(plain, raw)) {
            KeyRecord key = record(target, plain, material);
            assertThat(target.identifiers(key)).containsExactly(IDENTIFIER);
            assertThat(target.state(OWNER, key).state()).isEqualTo(KeyState.UNKNOWN);
            assertThatThrownBy(() -> target.deliver(OWNER, key, material.stored()))
                    .isInstanceOf(KernelException.class);
            assertThat(target.remove(OWNER, key).result()).isEqualTo(Target.TargetRemoval.Result.ABSENT);
        }
    }

    @Test
    void theKeyGoesToTheFileSystemAndTheDirectoryGetsItsPolicy() throws Exception {
        fscrypt.mount(MOUNT);
        try (SecretBuffer raw = counting(64);
                Material material = target.make(withDirectory, raw)) {
            KeyRecord key = record(target, withDirectory, material);
            assertThat(target.state(OWNER, key).state()).isEqualTo(KeyState.LOCKED);
            assertThat(target.deliver(OWNER, key, material.stored()).serials()).isEmpty();
            assertThat(target.state(OWNER, key).state()).isEqualTo(KeyState.DELIVERED);
            assertThat(fscrypt.policyOf(Path.of("/srv/data/private"))).isEqualTo(Bytes.ofHex(IDENTIFIER));
            assertThat(target.place(OWNER, key)).isEqualTo("file system at /srv/data");
            assertThat(target.remove(OWNER, key).result()).isEqualTo(Target.TargetRemoval.Result.REMOVED);
        }
    }

    @Test
    void aProvisioningKeyIsLeftInTheKeyringAlsoWhileNothingIsMounted() throws Exception {
        try (SecretBuffer raw = counting(64);
                Material material = target.make(provisioned, raw);
                SecretBuffer payload =
                        of(Bytes.ofHex("0200000000000000" + hex(raw)).toArray())) {
            KeyRecord key = record(target, provisioned, material);
            assertThat(target.deliver(OWNER, key, material.stored()).serials()).hasSize(1);
            assertThat(keyrings.holds(OWNER, KernelKeyType.FSCRYPT_PROVISIONING, "fscrypt:" + IDENTIFIER, payload))
                    .isTrue();
            assertThat(target.state(OWNER, key).state()).isEqualTo(KeyState.UNKNOWN);
            assertThat(fscrypt.provisioned()).isZero();

            fscrypt.mount(MOUNT);
            target.deliver(OWNER, key, material.stored()).serials();
            assertThat(fscrypt.provisioned()).isEqualTo(1);
            assertThat(target.state(OWNER, key).state()).isEqualTo(KeyState.DELIVERED);
            assertThat(target.remove(OWNER, key).result()).isEqualTo(Target.TargetRemoval.Result.REMOVED);
            assertThat(keyrings.count(OWNER)).isZero();
        }
    }

    @Test
    void openFilesAreNamed() throws Exception {
        fscrypt.mount(MOUNT).keepBusy(Bytes.ofHex(IDENTIFIER));
        try (SecretBuffer raw = counting(64);
                Material material = target.make(plain, raw)) {
            KeyRecord key = record(target, plain, material);
            target.deliver(OWNER, key, material.stored()).serials();
            Target.TargetRemoval removal = target.remove(OWNER, key);
            assertThat(removal.result()).isEqualTo(Target.TargetRemoval.Result.BUSY);
            assertThat(removal.reason().orElseThrow()).contains("less (pid 1): /srv/data/file");
        }
    }

    @Test
    void aKeyThatSomebodyElseKeepsIsTold() throws Exception {
        fscrypt.mount(MOUNT);
        try (SecretBuffer raw = counting(64);
                Material material = target.make(plain, raw)) {
            KeyRecord key = record(target, plain, material);
            target.deliver(OWNER, key, material.stored()).serials();
            target.deliver(OWNER + 1, key, material.stored()).serials();
            assertThat(target.remove(OWNER, key).reason().orElseThrow()).contains("another user");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "srv", "/srv/", "/srv/../etc", "/srv//data", "/srv/./x", "/srv\n"})
    void pathsThatAreNotPlainAreRefused(String mount) {
        refused(ErrorKind.BAD_ARGUMENT, () -> target.check(at(made("data"), mount, null)));
    }

    @Test
    void otherWishesAreChecked() {
        refused(ErrorKind.BAD_ARGUMENT, () -> target.check(made("data")));
        refused(ErrorKind.BAD_ARGUMENT, () -> target.check(at(made("data"), "/srv/data", "/srv/other")));
        refused(ErrorKind.BAD_ARGUMENT, () -> target.check(withFormat(plain, "keyring")));
        refused(ErrorKind.BAD_SIZE, () -> target.check(at(sized("data", 15), "/srv/data", null)));
        refused(ErrorKind.BAD_SIZE, () -> target.check(at(sized("data", 65), "/srv/data", null)));
        assertThat(target.check(at(sized("data", 32), "/srv/data", null))).isEqualTo(32);
        try (SecretBuffer tooShort = counting(15)) {
            refused(ErrorKind.BAD_SIZE, () -> target.make(plain, tooShort).close());
        }
    }

    @Test
    void theRegistryKnowsEveryTarget() {
        Targets targets = Targets.all(keyrings, fscrypt, volumes);
        assertThat(Set.of(org.tpmkeyring.protocol.value.TargetType.values()))
                .allSatisfy(type -> assertThat(targets.of(type).type()).isEqualTo(type));
    }
}
