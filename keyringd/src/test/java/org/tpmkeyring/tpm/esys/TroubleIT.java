// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.Requires;
import org.tpmkeyring.testing.Secrets;
import org.tpmkeyring.testing.Swtpm;
import org.tpmkeyring.testing.TpmRelay;
import org.tpmkeyring.tpm.SealedObject;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.TpmSnapshot;

/** What happens to a TPM in its life while the daemon has it open. */
class TroubleIT {
    private static final String SRK = "0x81000001";
    private static final int PCR_CHANGED = 0x128;
    private static final PcrSelection BOUND = PcrSelection.parse("7");

    private Swtpm swtpm;
    private EsysTpm tpm;

    @BeforeEach
    void start() throws IOException {
        Requires.command("tpm2_evictcontrol");
        swtpm = Swtpm.measured();
        tpm = new EsysTpm(swtpm.tcti());
    }

    @AfterEach
    void stop() throws IOException {
        tpm.close();
        swtpm.close();
    }

    private SealedObject sealed() throws TpmException {
        try (SecretBuffer secret = Secrets.random(32)) {
            return tpm.seal(secret, tpm.readPcrs(BOUND));
        }
    }

    @Test
    void it_is_switched_off_and_on_again() throws Exception {
        SealedObject sealed = sealed();
        swtpm.stop();
        assertThatThrownBy(() -> tpm.unseal(sealed))
                .isInstanceOf(TpmException.Unavailable.class)
                .hasMessageContaining("no software TPM");
        assertThat(tpm.snapshot().health()).isEqualTo(TpmSnapshot.Health.UNAVAILABLE);
        swtpm.start();
        assertThatThrownBy(() -> tpm.unseal(sealed)).isInstanceOf(TpmException.PcrMismatch.class);
        swtpm.measure();
        tpm.unseal(sealed).close();
        assertThat(tpm.snapshot().health()).isEqualTo(TpmSnapshot.Health.READY);
    }

    @Test
    void it_was_off_and_on_between_two_calls() throws Exception {
        SealedObject sealed = sealed();
        swtpm.stop();
        swtpm.start();
        swtpm.measure();
        tpm.unseal(sealed).close();
    }

    @Test
    void nobody_has_started_it_up() throws Exception {
        try (Swtpm raw = Swtpm.notStartedUp();
                EsysTpm other = new EsysTpm(raw.tcti())) {
            assertThat(other.allocatedPcrs()).isNotEmpty();
            raw.extend(7, 1);
            try (SecretBuffer secret = Secrets.random(32)) {
                SealedObject sealed = other.seal(secret, other.readPcrs(BOUND));
                raw.stop();
                raw.start();
                assertThatThrownBy(() -> other.unseal(sealed)).isInstanceOf(TpmException.PcrMismatch.class);
                raw.extend(7, 1);
                other.unseal(sealed).close();
            }
        }
    }

    @Test
    void somebody_evicts_the_storage_root_key() throws Exception {
        SealedObject sealed = sealed();
        swtpm.tool("tpm2_evictcontrol", "-C", "o", "-c", SRK);
        assertThat(tpm.hasParentOf(sealed)).isTrue();
        assertThat(swtpm.tool("tpm2_getcap", "handles-persistent")).isBlank();
        assertThat(swtpm.tool("tpm2_getcap", "handles-transient")).isBlank();
        tpm.unseal(sealed).close();
        assertThat(swtpm.tool("tpm2_getcap", "handles-persistent")).contains(SRK);
        assertThat(swtpm.tool("tpm2_getcap", "handles-transient")).isBlank();
    }

    @Test
    void clearing_it_leaves_no_key_behind_that_unseal_made() throws Exception {
        SealedObject sealed = sealed();
        swtpm.tool("tpm2_clear");
        assertThat(tpm.hasParentOf(sealed)).isFalse();
        assertThatThrownBy(() -> tpm.unseal(sealed)).isInstanceOf(TpmException.ForeignObject.class);
        assertThat(swtpm.tool("tpm2_getcap", "handles-persistent")).isBlank();
        assertThat(swtpm.tool("tpm2_getcap", "handles-transient")).isBlank();
    }

    @Test
    void another_tpm_answers() throws Exception {
        SealedObject sealed = sealed();
        try (Swtpm otherChip = Swtpm.measured();
                EsysTpm other = new EsysTpm(otherChip.tcti())) {
            assertThatThrownBy(() -> other.unseal(sealed)).isInstanceOf(TpmException.ForeignObject.class);
            try (SecretBuffer secret = Secrets.random(32)) {
                other.unseal(other.seal(secret, other.readPcrs(BOUND))).close();
            }
            assertThatThrownBy(() -> other.unseal(sealed)).isInstanceOf(TpmException.ForeignObject.class);
        }
    }

    @Test
    void something_else_is_where_the_storage_root_key_should_be() throws Exception {
        swtpm.tool(
                "tpm2_createprimary",
                "-C",
                "o",
                "-G",
                "ecc:ecdsa",
                "-a",
                "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign",
                "-c",
                "signer");
        swtpm.tool("tpm2_evictcontrol", "-C", "o", "-c", "signer", SRK);
        swtpm.tool("tpm2_flushcontext", "-t");
        assertThatThrownBy(this::sealed)
                .isInstanceOf(TpmException.NotSupported.class)
                .hasMessageContaining("not a storage key");
    }

    @Test
    void its_storage_root_key_is_somebody_elses_rsa_key() throws Exception {
        swtpm.tool("tpm2_createprimary", "-C", "o", "-G", "rsa2048", "-c", "rsa");
        swtpm.tool("tpm2_evictcontrol", "-C", "o", "-c", "rsa", SRK);
        swtpm.tool("tpm2_flushcontext", "-t");
        tpm.unseal(sealed()).close();
    }

    @Test
    void its_owner_has_a_password() throws Exception {
        swtpm.tool("tpm2_changeauth", "-c", "o", "owner");
        assertThatThrownBy(this::sealed)
                .isInstanceOf(TpmException.NotSupported.class)
                .hasMessageContaining("owner hierarchy has a password");
    }

    @Test
    void it_is_in_lockout_and_its_storage_root_key_minds() throws Exception {
        swtpm.tool("tpm2_createprimary", "-C", "o", "-G", "ecc", "-c", "primary");
        swtpm.tool("tpm2_evictcontrol", "-C", "o", "-c", "primary", SRK);
        swtpm.tool("tpm2_flushcontext", "-t");
        SealedObject sealed = sealed();
        guessUntilLockout();
        assertThatThrownBy(() -> tpm.unseal(sealed))
                .isInstanceOfSatisfying(
                        TpmException.InLockout.class,
                        e -> assertThat(e.recovery()).isEqualTo(Duration.ofSeconds(4321)));
        assertThat(tpm.snapshot().health()).isEqualTo(TpmSnapshot.Health.LOCKOUT);
        swtpm.tool("tpm2_dictionarylockout", "-c");
        tpm.unseal(sealed).close();
    }

    @Test
    void it_is_in_lockout_and_our_own_storage_root_key_does_not_mind() throws Exception {
        SealedObject sealed = sealed();
        guessUntilLockout();
        assertThat(swtpm.tool("tpm2_getcap", "properties-variable")).containsPattern("inLockout: +1");
        tpm.unseal(sealed).close();
    }

    private void guessUntilLockout() throws IOException {
        swtpm.tool("tpm2_dictionarylockout", "-s", "-n", "1", "-t", "4321", "-l", "8765");
        swtpm.tool("tpm2_create", "-C", SRK, "-G", "ecc", "-p", "right", "-u", "u", "-r", "r");
        swtpm.tool("tpm2_load", "-C", SRK, "-u", "u", "-r", "r", "-c", "guarded");
        swtpm.tool("tpm2_flushcontext", "-t");
        assertThat(swtpm.tryTool("tpm2_sign", "-c", "guarded", "-p", "wrong", "-g", "sha256", "-o", "s", "u")
                        .status())
                .isNotZero();
        swtpm.tool("tpm2_flushcontext", "-t");
    }

    @Test
    void somebody_has_filled_all_its_slots() throws Exception {
        SealedObject sealed = sealed();
        for (int i = 0; i < 3; i++) {
            swtpm.tool("tpm2_createprimary", "-C", "o", "-G", "ecc", "-c", "filler" + i);
        }
        assertThatThrownBy(() -> tpm.unseal(sealed))
                .isInstanceOfSatisfying(
                        TpmException.UnexpectedCode.class,
                        e -> assertThat(e.code()).isEqualTo(0x902));
        assertThat(swtpm.tool("tpm2_getcap", "handles-loaded-session")).isBlank();
        Thread cleaner = new Thread(() -> flushSoon());
        cleaner.start();
        tpm.unseal(sealed).close();
        cleaner.join();
    }

    private void flushSoon() {
        try {
            swtpm.tool("tpm2_flushcontext", "-t");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void somebody_extends_another_pcr_every_50_ms() throws Exception {
        SealedObject sealed = sealed();
        AtomicBoolean done = new AtomicBoolean();
        Thread extender = new Thread(() -> {
            while (!done.get()) {
                extend(15);
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        });
        try (TpmRelay relay = TpmRelay.before(swtpm);
                EsysTpm other = new EsysTpm(relay.tcti())) {
            extender.start();
            for (int i = 0; i < 300 || interrupted(relay) == 0; i++) {
                other.unseal(sealed).close();
            }
        } finally {
            done.set(true);
            extender.join();
        }
        assertThat(swtpm.tool("tpm2_getcap", "handles-loaded-session")).isBlank();
        assertThat(swtpm.tool("tpm2_getcap", "handles-transient")).isBlank();
    }

    /** How often the TPM has said that a PCR changed in the middle. */
    private static long interrupted(TpmRelay relay) {
        return relay.exchanges().stream()
                .filter(exchange -> exchange.responseCode() == PCR_CHANGED)
                .count();
    }

    private void extend(int pcr) {
        try {
            swtpm.extend(pcr, 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
