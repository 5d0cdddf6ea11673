// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.secret.SecretBuffer;

class PayloadTargetTest extends TargetFixture {
    private final Target user = new UserTarget(keyrings);
    private final Target logon = new LogonTarget(keyrings);

    @Test
    void aUserKeyIsDeliveredReadableUnderItsName() throws Exception {
        try (SecretBuffer secret = counting(user.check(made("backup")));
                Material material = user.make(made("backup"), secret)) {
            KeyRecord key = record(user, made("backup"), material);
            assertThat(material.sizeBytes()).isEqualTo(32);
            assertThat(user.state(OWNER, key).state()).isEqualTo(KeyState.LOCKED);

            List<Long> serials = user.deliver(OWNER, key, material.stored()).serials();

            assertThat(user.state(OWNER, key)).isEqualTo(new Target.TargetState(KeyState.DELIVERED, serials));
            assertThat(keyrings.holds(OWNER, KernelKeyType.USER, "backup", secret))
                    .isTrue();
            assertThat(keyrings.readable(OWNER, KernelKeyType.USER, "backup")).isTrue();
            assertThat(user.identifiers(key)).containsExactly("backup");
            assertThat(user.place(OWNER, key)).isEqualTo("user keyring of uid 1000");
            assertThat(user.remove(OWNER, key).result()).isEqualTo(Target.TargetRemoval.Result.REMOVED);
            assertThat(user.remove(OWNER, key).result()).isEqualTo(Target.TargetRemoval.Result.ABSENT);
            assertThat(user.revealable(key, material.stored())).isEmpty();
        }
    }

    @Test
    void aLogonKeyIsNotReadableAndHasAPrefix() throws Exception {
        try (SecretBuffer secret = counting(32);
                Material material = logon.make(made("backup"), secret)) {
            KeyRecord key = record(logon, made("backup"), material);
            logon.deliver(OWNER, key, material.stored()).serials();
            assertThat(keyrings.holds(OWNER, KernelKeyType.LOGON, "tpm-keyring:backup", secret))
                    .isTrue();
            assertThat(keyrings.readable(OWNER, KernelKeyType.LOGON, "tpm-keyring:backup"))
                    .isFalse();
        }
    }

    @Test
    void aWishedDescriptionIsUsed() throws Exception {
        try (SecretBuffer secret = counting(1);
                Material material = user.make(described("a", "cryptsetup"), secret)) {
            assertThat(material.attributes()).containsEntry("description", "cryptsetup");
        }
        refused(ErrorKind.BAD_ARGUMENT, () -> user.check(described("a", "_uid.0")));
        refused(ErrorKind.BAD_ARGUMENT, () -> logon.check(described("a", "noprefix")));
    }

    @Test
    void sizesFrom1To32767AreTaken() {
        assertThat(user.check(sized("a", 1))).isEqualTo(1);
        assertThat(user.check(sized("a", 32_767))).isEqualTo(32_767);
        assertThat(user.check(given("a"))).isEqualTo(32_767);
        refused(ErrorKind.BAD_SIZE, () -> user.check(sized("a", 0)));
        refused(ErrorKind.BAD_SIZE, () -> user.check(sized("a", 32_768)));
        try (SecretBuffer tooLong = SecretBuffer.allocate(32_768)) {
            refused(ErrorKind.BAD_SIZE, () -> user.make(given("a"), tooLong).close());
        }
    }

    @Test
    void optionsOfOtherTargetsAreRefused() {
        refused(ErrorKind.BAD_ARGUMENT, () -> user.check(withFormat(made("a"), "default")));
        refused(ErrorKind.BAD_ARGUMENT, () -> logon.check(at(made("a"), "/srv", null)));
    }
}
