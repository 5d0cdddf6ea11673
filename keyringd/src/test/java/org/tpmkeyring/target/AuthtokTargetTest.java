// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.secret.SecretBuffer;

class AuthtokTargetTest extends TargetFixture {
    private final Target target = new AuthtokTarget();

    @Test
    void aPasswordIsStoredAsItIsAndNeverGoesToTheKernel() throws Exception {
        byte[] typed = "open sesame, grün\t".getBytes(StandardCharsets.UTF_8);
        try (SecretBuffer password = of(typed);
                Material material = target.make(given("wallet"), password);
                SecretBuffer shown = target.revealable(record(target, given("wallet"), material), material.stored())
                        .orElseThrow()) {
            KeyRecord key = record(target, given("wallet"), material);
            assertThat(material.stored().constantTimeEquals(password)).isTrue();
            assertThat(shown.constantTimeEquals(password)).isTrue();
            assertThat(target.deliver(OWNER, key, material.stored()).serials()).isEmpty();
            assertThat(target.state(OWNER, key).state()).isEqualTo(KeyState.AT_LOGIN);
            assertThat(target.remove(OWNER, key).result()).isEqualTo(Target.TargetRemoval.Result.ABSENT);
            assertThat(target.identifiers(key)).isEmpty();
            assertThat(keyrings.count(OWNER)).isZero();
        }
    }

    @Test
    void aMadeOneHas32HexDigits() throws Exception {
        try (SecretBuffer random = counting(target.check(made("wallet")));
                Material material = target.make(made("wallet"), random);
                SecretBuffer expected = of("000102030405060708090a0b0c0d0e0f".getBytes(StandardCharsets.US_ASCII))) {
            assertThat(material.stored().constantTimeEquals(expected)).isTrue();
        }
    }

    @Test
    void whatPamDoesNotTakeIsRefused() throws Exception {
        assertThat(target.check(given("wallet"))).isEqualTo(512);
        try (SecretBuffer longest = counting(512);
                SecretBuffer tooLong = counting(513);
                SecretBuffer withNul = of((byte) 'a', (byte) 0, (byte) 'b')) {
            longest.withBytes(bytes -> {
                for (int i = 0; i < bytes.limit(); i++) {
                    bytes.put(i, (byte) 'x');
                }
                return bytes;
            });
            target.make(given("wallet"), longest).close();
            refused(
                    ErrorKind.BAD_SIZE,
                    () -> target.make(given("wallet"), tooLong).close());
            refused(
                    ErrorKind.BAD_ARGUMENT,
                    () -> target.make(given("wallet"), withNul).close());
        }
        refused(ErrorKind.BAD_SIZE, () -> target.check(sized("wallet", 16)));
        refused(ErrorKind.BAD_ARGUMENT, () -> target.check(described("wallet", "mine")));
        refused(ErrorKind.BAD_ARGUMENT, () -> target.check(at(given("wallet"), "/srv", null)));
        refused(ErrorKind.BAD_ARGUMENT, () -> target.check(withFormat(given("wallet"), "raw")));
    }
}
