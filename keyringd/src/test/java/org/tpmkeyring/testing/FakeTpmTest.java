// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.tpm.SealedObject;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.TpmSnapshot;

class FakeTpmTest extends TpmContract {
    private final FakeTpm fake = new FakeTpm();

    @Override
    protected Tpm tpm() {
        return fake;
    }

    @Override
    protected void extend(int pcr) {
        fake.measure(pcr, "event");
    }

    @Override
    protected void clear() {
        fake.clear();
    }

    @Test
    void goes_into_lockout_and_out_of_it() throws Exception {
        try (SecretBuffer secret = Secrets.random(32)) {
            SealedObject sealed = fake.seal(secret, fake.readPcrs(PcrSelection.parse("7")));
            fake.lockout(Duration.ofSeconds(90));
            assertThatThrownBy(() -> fake.unseal(sealed))
                    .isInstanceOfSatisfying(
                            TpmException.InLockout.class,
                            e -> assertThat(e.recovery()).hasSeconds(90));
            assertThat(fake.snapshot().health()).isEqualTo(TpmSnapshot.Health.LOCKOUT);
            fake.lockout(null);
            fake.unseal(sealed).close();
            assertThat(fake.sealCalls()).isEqualTo(1);
            assertThat(fake.unsealCalls()).isEqualTo(2);
        }
    }

    @Test
    void goes_away_and_comes_back() throws Exception {
        fake.unavailable("unplugged");
        assertThatThrownBy(fake::allocatedPcrs)
                .isInstanceOf(TpmException.Unavailable.class)
                .hasMessage("unplugged");
        assertThat(fake.snapshot().health()).isEqualTo(TpmSnapshot.Health.UNAVAILABLE);
        fake.unavailable(null);
        assertThat(fake.allocatedPcrs()).isNotEmpty();
    }

    @Test
    void after_a_reboot_the_same_extends_open_again() throws Exception {
        try (SecretBuffer secret = Secrets.random(32)) {
            SealedObject sealed = fake.seal(secret, fake.readPcrs(PcrSelection.parse("14")));
            fake.reboot();
            assertThatThrownBy(() -> fake.unseal(sealed)).isInstanceOf(TpmException.PcrMismatch.class);
            fake.measure(14, "shim");
            fake.unseal(sealed).close();
        }
    }
}
