// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.secret.SecretBuffer;

class EncryptedTargetTest extends TargetFixture {
    private final Target target = new EncryptedTarget(keyrings);

    @Test
    void masterAndExportAreStoredAndLoadedAgain() throws Exception {
        try (SecretBuffer random = counting(target.check(sized("db", 48)));
                Material material = target.make(sized("db", 48), random)) {
            KeyRecord key = record(target, sized("db", 48), material);
            assertThat(key.sizeBytes()).isEqualTo(48);
            assertThat(hex(material.stored())).startsWith(hex(random));
            target.deliver(OWNER, key, material.stored()).serials();
            assertThat(keyrings.find(OWNER, KernelKeyType.ENCRYPTED, "db").state())
                    .isEqualTo(KeyState.DELIVERED);
            assertThat(target.state(OWNER, key).state()).isEqualTo(KeyState.DELIVERED);
            assertThat(target.remove(OWNER, key).result()).isEqualTo(Target.TargetRemoval.Result.REMOVED);
        }
    }

    @Test
    void forEcryptfsTheDescriptionIsRandom() throws Exception {
        KeySpec spec = withFormat(made("home"), "ecryptfs");
        try (SecretBuffer random = counting(target.check(spec));
                Material material = target.make(spec, random)) {
            assertThat(material.attributes()).containsEntry("description", "2021222324252627");
            assertThat(material.sizeBytes()).isEqualTo(64);
        }
        refused(ErrorKind.BAD_ARGUMENT, () -> target.check(withFormat(described("home", "x"), "ecryptfs")));
    }

    @Test
    void aGivenSecretIsRefused() {
        refused(ErrorKind.BAD_ARGUMENT, () -> target.check(given("db")));
    }

    @Test
    void eachFormatHasItsSizes() {
        refused(ErrorKind.BAD_SIZE, () -> target.check(sized("db", 31)));
        refused(ErrorKind.BAD_SIZE, () -> target.check(sized("db", 129)));
        refused(ErrorKind.BAD_SIZE, () -> target.check(withFormat(sized("db", 32), "ecryptfs")));
        refused(ErrorKind.BAD_SIZE, () -> target.check(withFormat(sized("db", 33), "enc32")));
        refused(ErrorKind.BAD_ARGUMENT, () -> target.check(withFormat(made("db"), "other")));
    }

    @Test
    void aKernelWithoutTheTypeIsTold() {
        keyrings.withoutType(KernelKeyType.ENCRYPTED);
        refused(ErrorKind.NOT_SUPPORTED, () -> target.check(made("db")));
    }
}
