// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.secret.SecretBuffer;

class EcryptfsTargetTest extends TargetFixture {
    private static final String CONTENTS = "d395309aaad4de06";
    private static final String NAMES = "be877764c5918621";

    private final Target target = new EcryptfsTarget(keyrings);

    private static SecretBuffer text(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The first signature is the well-known one of "test"; both are what ecryptfs-add-passphrase prints. */
    @Test
    void thePassphraseTestHasTheSignaturesOfTheTools() throws Exception {
        try (SecretBuffer passphrase = text("test");
                Material material = target.make(given("home"), passphrase)) {
            KeyRecord key = record(target, given("home"), material);
            assertThat(target.identifiers(key)).containsExactly(CONTENTS, NAMES);
            assertThat(hex(material.stored())).startsWith("58116605277520b3fa1315497f208951");
            assertThat(hex(material.stored()).substring(128)).startsWith("ac4007120f27ff0d0c30ce723432d13c");
            assertThat(material.sizeBytes()).isEqualTo(4);
        }
    }

    @Test
    void theTokenHasTheLayoutOfTheKernel() {
        try (SecretBuffer key = counting(64);
                SecretBuffer payload = EcryptfsToken.CONTENTS.payload(key, CONTENTS)) {
            assertThat(hex(payload))
                    .isEqualTo("04000000" + "00".repeat(628) + "0a000000" + "00000000" + "40000000" + "02000000"
                            + hex(key) + "64333935333039616161643464653036" + "00" + "0011223344556677" + "000000");
        }
    }

    @Test
    void bothTokensAreDeliveredAndTheStateSaysWhenOneIsMissing() throws Exception {
        try (SecretBuffer passphrase = text("test");
                Material material = target.make(given("home"), passphrase)) {
            KeyRecord key = record(target, given("home"), material);
            assertThat(target.deliver(OWNER, key, material.stored()).serials()).hasSize(2);
            assertThat(target.state(OWNER, key).state()).isEqualTo(KeyState.DELIVERED);
            assertThat(keyrings.readable(OWNER, KernelKeyType.USER, CONTENTS)).isFalse();

            keyrings.unlink(OWNER, KernelKeyType.USER, NAMES);
            assertThat(target.state(OWNER, key).state()).isEqualTo(KeyState.PARTIAL);
            assertThat(target.state(OWNER, key).serials()).hasSize(1);

            keyrings.change(OWNER, KernelKeyType.USER, CONTENTS, KeyState.REVOKED);
            assertThat(target.state(OWNER, key).state()).isEqualTo(KeyState.REVOKED);

            assertThat(target.remove(OWNER, key).result()).isEqualTo(Target.TargetRemoval.Result.REMOVED);
            assertThat(target.state(OWNER, key).state()).isEqualTo(KeyState.LOCKED);
        }
    }

    @Test
    void aMadePassphraseHas32HexDigitsAndCanBeShown() throws Exception {
        try (SecretBuffer random = counting(target.check(made("home")));
                Material material = target.make(made("home"), random);
                SecretBuffer shown = target.revealable(record(target, made("home"), material), material.stored())
                        .orElseThrow();
                SecretBuffer expected = text("000102030405060708090a0b0c0d0e0f")) {
            assertThat(shown.constantTimeEquals(expected)).isTrue();
            assertThat(material.sizeBytes()).isEqualTo(32);
        }
    }

    @Test
    void passphrasesThatNobodyCanTypeAreRefused() {
        try (SecretBuffer tooLong = text("x".repeat(65));
                SecretBuffer line = text("test\n");
                SecretBuffer nul = text("te\0st")) {
            refused(
                    ErrorKind.BAD_SIZE,
                    () -> target.make(given("home"), tooLong).close());
            refused(
                    ErrorKind.BAD_ARGUMENT,
                    () -> target.make(given("home"), line).close());
            refused(
                    ErrorKind.BAD_ARGUMENT,
                    () -> target.make(given("home"), nul).close());
        }
        refused(ErrorKind.BAD_SIZE, () -> target.check(sized("home", 16)));
        refused(ErrorKind.BAD_ARGUMENT, () -> target.check(described("home", "mine")));
    }
}
