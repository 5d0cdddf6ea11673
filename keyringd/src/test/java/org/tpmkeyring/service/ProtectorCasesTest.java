// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddProtector;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.api.ProtectorType;
import org.tpmkeyring.protocol.api.Recover;
import org.tpmkeyring.protocol.api.RemoveProtector;
import org.tpmkeyring.protocol.api.Reseal;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.KeyState;

final class ProtectorCasesTest extends WorldTest {
    private static final String WRONG_KEY = "00".repeat(32);

    private String recoveryKey;

    @BeforeEach
    void makeAVault() {
        recoveryKey = world.add(Orders.key("a")).recoveryKey();
        world.add("b");
    }

    private void lock() {
        assertThat(world.call(Lock.METHOD, Orders.lock()).vaults()).hasSize(1);
    }

    private VaultOutcome unlock() {
        return world.call(Unlock.METHOD, Orders.unlock()).vaults().get(0);
    }

    private List<String> protectors() {
        return world.vault("default").protectors().stream()
                .map(ProtectorInfo::id)
                .toList();
    }

    @Nested
    class Adding {
        @Test
        void aSecondRecoveryKeyOpensTheVaultToo() {
            AddProtector.Reply reply = world.call(AddProtector.METHOD, Orders.addRecovery("default"), person);

            assertThat(reply.protector().id()).isEqualTo("recovery-3");
            assertThat(person.asked()).isEmpty();
            lock();
            Recover.Reply recovered = world.call(
                    Recover.METHOD, Orders.recover("default"), new ScriptedDialogue().answering(person.recoveryKey()));
            assertThat(recovered.outcome().protector()).contains("recovery-3");
        }

        @Test
        void aRecoveryKeyThatIsNotConfirmedIsNotAdded() {
            person.refusingOffers();

            assertThat(refused(() -> world.call(AddProtector.METHOD, Orders.addRecovery("default"), person))
                            .kind())
                    .isEqualTo(ErrorKind.DEADLINE_EXCEEDED);
        }

        @Test
        void asksForARecoveryKeyWhereTheTpmDoesNotOpenTheVault() {
            world.tpm.measure(7, "dbx");
            person.answering(recoveryKey);

            AddProtector.Reply reply = world.call(AddProtector.METHOD, Orders.addTpm("default", "7"), person);

            assertThat(person.asked()).containsExactly("recovery-key");
            assertThat(reply.protector().type()).isEqualTo(ProtectorType.TPM2);
            lock();
            assertThat(unlock().protector()).contains("tpm2-3");
        }

        @Test
        void hasRoomForSixteen() {
            for (int count = 2; count < 16; count++) {
                assertThat(world.call(AddProtector.METHOD, Orders.addTpm("default", "7"), person)
                                .protector()
                                .type())
                        .isEqualTo(ProtectorType.TPM2);
            }

            KeyringException refusal =
                    refused(() -> world.call(AddProtector.METHOD, Orders.addTpm("default", "7"), person));
            assertThat(refusal.kind()).isEqualTo(ErrorKind.TOO_MANY_PROTECTORS);
            assertThat(refusal.sentence()).isEqualTo("vault 'default' has 16 protectors already, the limit is 16");
        }

        @Test
        void refusesPcrsForARecoveryKeyAndBadOnesForTheTpmBeforeAskingAnything() {
            AddProtector.Request odd = new AddProtector.Request(
                    Optional.empty(), "default", ProtectorType.RECOVERY, Optional.of("7"), false, false);

            assertThat(refused(() -> world.call(AddProtector.METHOD, odd, person))
                            .sentence())
                    .isEqualTo("pcrs: a recovery key is bound to no PCRs");
            assertThat(refused(() -> world.call(AddProtector.METHOD, Orders.addTpm("default", "9"), person))
                            .kind())
                    .isEqualTo(ErrorKind.PCR_BANK_EMPTY);
            assertThat(person.asked()).isEmpty();
        }
    }

    @Nested
    class Removing {
        private RemoveProtector.Reply remove(String id) {
            return world.call(RemoveProtector.METHOD, Orders.removeProtector("default", id), person);
        }

        @Test
        void refusesTheLastOneAndOneThatIsNotThere() {
            assertThat(remove("recovery-2").vault().protectors()).hasSize(1);

            KeyringException last = refused(() -> remove("tpm2-1"));
            assertThat(last.kind()).isEqualTo(ErrorKind.LAST_PROTECTOR);
            assertThat(last.hint()).isEqualTo("tpm-keyring protector add --vault default recovery");
            assertThat(refused(() -> remove("recovery-2")).kind()).isEqualTo(ErrorKind.NO_SUCH_PROTECTOR);
        }

        @Test
        void aVaultWithoutTpmProtectorSaysThatItNeedsItsRecoveryKey() {
            assertThat(remove("tpm2-1").vault().protectors()).hasSize(1);
            lock();

            KeyringException refusal = refused(ProtectorCasesTest.this::unlock);
            assertThat(refusal.sentence())
                    .isEqualTo("vault 'default' has no TPM protector, only a recovery key opens it");
            assertThat(refusal.kind()).isEqualTo(ErrorKind.NO_TPM_PROTECTOR);
            assertThat(refusal.hint()).isEqualTo("tpm-keyring recover default --reseal");
        }

        @Test
        void aRecoveryKeyThatWasRemovedOpensNothingAnyMore() {
            assertThat(world.call(AddProtector.METHOD, Orders.addRecovery("default"), person)
                            .protector()
                            .id())
                    .isEqualTo("recovery-3");
            assertThat(remove("recovery-2").vault().protectors()).hasSize(2);

            ScriptedDialogue withOldKey = new ScriptedDialogue().answering(recoveryKey);
            assertThat(refused(() -> world.call(Recover.METHOD, Orders.recover("default"), withOldKey))
                            .kind())
                    .isEqualTo(ErrorKind.WRONG_RECOVERY_KEY);
        }

        @Test
        void asksForARecoveryKeyWhereTheTpmDoesNotOpenTheVault() {
            world.tpm.clear();
            person.answering(recoveryKey);

            assertThat(remove("tpm2-1").vault().protectors()).hasSize(1);
            assertThat(person.asked()).containsExactly("recovery-key");
        }
    }

    @Nested
    class Recovering {
        private Recover.Reply recover(Recover.Request request) {
            return world.call(Recover.METHOD, request, person);
        }

        @Test
        void deliversTheKeysWithoutTheTpm() {
            lock();
            world.tpm.unavailable("gone");
            person.answering(recoveryKey);

            Recover.Reply reply = recover(Orders.recover("default"));

            assertThat(reply.outcome().protector()).contains("recovery-2");
            assertThat(reply.outcome().keys()).extracting(KeyOutcome::result).containsOnly(KeyResult.DELIVERED);
            assertThat(reply.resealed()).isEmpty();
            assertThat(world.states()).containsEntry("a", KeyState.DELIVERED);
        }

        @Test
        void refusesAWrongKeyAndOneOfAnotherLength() {
            lock();
            person.answering(WRONG_KEY).answering("0011");

            KeyringException wrong = refused(() -> recover(Orders.recover("default")));
            assertThat(wrong.kind()).isEqualTo(ErrorKind.WRONG_RECOVERY_KEY);
            assertThat(wrong.hint()).isEqualTo("tpm-keyring protector list --vault default");
            assertThat(refused(() -> recover(Orders.recover("default"))).kind()).isEqualTo(ErrorKind.BAD_RECOVERY_KEY);
            assertThat(world.keyrings.count(0)).isZero();
        }

        @Test
        void refusesTheRecoveryKeyOfAnotherVault() {
            String other = world.add(Orders.key("c").in("other")).recoveryKey();
            person.answering(other);

            assertThat(refused(() -> recover(Orders.recover("default"))).kind())
                    .isEqualTo(ErrorKind.WRONG_RECOVERY_KEY);
        }

        @Test
        void sealsToThePcrsOfNowWhenAsked() {
            lock();
            world.tpm.measure(7, "dbx");
            person.answering(recoveryKey);

            Recover.Reply reply = recover(Orders.recoverAndReseal("default"));

            assertThat(reply.resealed()).singleElement().satisfies(protector -> {
                assertThat(protector.id()).isEqualTo("tpm2-3");
                assertThat(protector.pcrs()).contains("7+15:sha256");
            });
            assertThat(protectors()).containsExactly("recovery-2", "tpm2-3");
            lock();
            assertThat(unlock().protector()).contains("tpm2-3");
        }

        @Test
        void sealsForANewTpm() {
            lock();
            world.tpm.clear();
            person.answering(recoveryKey);
            assertThat(recover(Orders.recoverAndReseal("default")).resealed()).hasSize(1);

            lock();
            assertThat(unlock().error()).isEmpty();
        }

        @Test
        void saysThatTheRecoveryAloneWouldWorkWhereSealingCannot() {
            lock();
            world.tpm.unavailable("gone");

            KeyringException refusal = refused(() -> recover(Orders.recoverAndReseal("default")));
            assertThat(refusal.kind()).isEqualTo(ErrorKind.TPM_UNAVAILABLE);
            assertThat(refusal.hint()).isEqualTo("tpm-keyring recover default");
            assertThat(person.asked()).isEmpty();
        }

        @Test
        void saysThatAVaultHasNoRecoveryKeyBeforeAskingForOne() {
            world.add(Orders.key("c").in("bare").noRecovery());

            assertThat(refused(() -> recover(Orders.recover("bare"))).kind()).isEqualTo(ErrorKind.NO_SUCH_PROTECTOR);
            assertThat(person.asked()).isEmpty();
        }
    }

    @Nested
    class Resealing {
        @Test
        void bindsToOtherPcrsWithTheTpmAlone() {
            List<ProtectorInfo> resealed = world.call(Reseal.METHOD, Orders.reseal("default", "7+14"), person)
                    .resealed();

            assertThat(person.asked()).isEmpty();
            assertThat(resealed).extracting(ProtectorInfo::pcrs).containsExactly(Optional.of("7+14+15:sha256"));
            lock();
            world.tpm.measure(14, "mok");
            assertThat(refused(ProtectorCasesTest.this::unlock).kind()).isEqualTo(ErrorKind.UNEXPECTED_PCR_STATE);
        }

        @Test
        void asksForARecoveryKeyAfterThePcrsChanged() {
            world.tpm.measure(7, "dbx");
            person.answering(recoveryKey);

            assertThat(world.call(Reseal.METHOD, Orders.reseal("default"), person)
                            .resealed())
                    .hasSize(1);
            assertThat(person.asked()).containsExactly("recovery-key");
            lock();
            assertThat(unlock().error()).isEmpty();
        }

        @Test
        void givesUpAfterAWrongRecoveryKey() {
            world.tpm.measure(7, "dbx");
            person.answering(WRONG_KEY);

            assertThat(refused(() -> world.call(Reseal.METHOD, Orders.reseal("default"), person))
                            .kind())
                    .isEqualTo(ErrorKind.WRONG_RECOVERY_KEY);
        }

        @Test
        void tellsTheTpmsReasonWhereThereIsNoRecoveryKeyToAskFor() {
            world.add(Orders.key("c").in("bare").noRecovery());
            world.tpm.measure(7, "dbx");

            assertThat(refused(() -> world.call(Reseal.METHOD, Orders.reseal("bare"), person))
                            .kind())
                    .isEqualTo(ErrorKind.UNEXPECTED_PCR_STATE);
            assertThat(person.asked()).isEmpty();
        }

        @Test
        void keepsEachSelectionOfSeveralTpmProtectors() {
            assertThat(world.call(AddProtector.METHOD, Orders.addTpm("default", "14"), person)
                            .protector()
                            .id())
                    .isEqualTo("tpm2-3");
            world.tpm.measure(7, "dbx");

            assertThat(world.call(Reseal.METHOD, Orders.reseal("default"), person)
                            .resealed())
                    .extracting(ProtectorInfo::id, protector -> protector.pcrs().orElseThrow())
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("tpm2-4", "7+15:sha256"),
                            org.assertj.core.groups.Tuple.tuple("tpm2-5", "14+15:sha256"));
        }

        @Test
        void givesATpmProtectorToAVaultWithoutOne() {
            Object removed = world.call(RemoveProtector.METHOD, Orders.removeProtector("default", "tpm2-1"), person);
            assertThat(removed).isNotNull();
            person.answering(recoveryKey);

            assertThat(world.call(Reseal.METHOD, Orders.reseal("default"), person)
                            .resealed())
                    .extracting(protector -> protector.pcrs().orElseThrow())
                    .containsExactly("7+15:sha256");
        }
    }
}
