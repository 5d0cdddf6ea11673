// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.secret.SecretBuffer;

final class KeptPasswordsTest {
    private static final Duration TIME = Duration.ofMinutes(2);

    private final FakeSessions clock = new FakeSessions();
    private final KeptPasswords passwords = new KeptPasswords(TIME, clock);

    @AfterEach
    void end() {
        passwords.close();
    }

    private static SecretBuffer password() {
        return SecretBuffer.allocate(8);
    }

    private static void assertWiped(SecretBuffer password) {
        assertThatThrownBy(password::unsafeAddress).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void isUsedOnceByItsOwner() {
        SecretBuffer password = password();
        passwords.keep(1000, password);
        assertThat(passwords.take(1001)).isEmpty();
        assertThat(passwords.take(1000)).containsSame(password);
        assertThat(passwords.take(1000)).isEmpty();
        clock.pass(TIME);
        assertThat(password.unsafeAddress()).isNotZero();
        password.close();
    }

    @Test
    void isWipedWhenTheTimeIsOver() {
        SecretBuffer password = password();
        passwords.keep(1000, password);
        clock.pass(TIME.minusSeconds(1));
        assertThat(password.unsafeAddress()).isNotZero();
        clock.pass(Duration.ofSeconds(1));
        assertWiped(password);
        assertThat(passwords.take(1000)).isEmpty();
    }

    @Test
    void aLaterOneHasItsOwnTimeAndWipesTheOneBefore() {
        SecretBuffer first = password();
        SecretBuffer second = password();
        passwords.keep(1000, first);
        clock.pass(TIME.minusSeconds(1));
        passwords.keep(1000, second);
        assertWiped(first);
        clock.pass(Duration.ofSeconds(1));
        assertThat(second.unsafeAddress()).isNotZero();
        clock.pass(TIME);
        assertWiped(second);
    }

    @Test
    void nothingIsKeptForNoTimeOrAfterTheEnd() {
        SecretBuffer never = password();
        try (KeptPasswords none = new KeptPasswords(Duration.ZERO, clock)) {
            assertThat(none.keeps()).isFalse();
            none.keep(1000, never);
        }
        assertWiped(never);

        SecretBuffer kept = password();
        SecretBuffer late = password();
        passwords.keep(1000, kept);
        passwords.close();
        passwords.keep(1001, late);
        assertWiped(kept);
        assertWiped(late);
    }

    @Test
    void oneThatWasChangedIsReplacedAndNoneIsMadeUp() {
        SecretBuffer old = password();
        passwords.keep(1000, old);
        try (SecretBuffer fresh = password()) {
            passwords.changed(1000, fresh);
            passwords.changed(1001, fresh);
            assertWiped(old);
            assertThat(fresh.unsafeAddress()).isNotZero();
        }
        assertThat(passwords.take(1001)).isEmpty();
        assertThat(passwords.take(1000)).isPresent().hasValueSatisfying(SecretBuffer::close);
    }

    @Test
    void theOldestGoesWhenThereAreTooMany() {
        SecretBuffer oldest = password();
        passwords.keep(1, oldest);
        for (long owner = 2; owner <= 129; owner++) {
            passwords.keep(owner, password());
        }
        assertWiped(oldest);
        assertThat(passwords.take(2)).isPresent().hasValueSatisfying(SecretBuffer::close);
    }
}
