// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tpmkeyring.service.World.refusal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.CreateVault;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.secret.SecretBuffer;

final class AddKeyTest {
    @TempDir
    private Path state;

    private World world;
    private final ScriptedDialogue person = new ScriptedDialogue();

    @BeforeEach
    void begin() {
        world = new World(state);
    }

    @AfterEach
    void end() {
        world.close();
    }

    private AddKey.Reply add(Orders.NewKey order) {
        return world.call(AddKey.METHOD, order.request(), person);
    }

    private KeyringException refused(Orders.NewKey order) {
        Map<String, String> before = world.files();
        KeyringException refusal = refusal(() -> add(order));
        assertThat(world.files()).isEqualTo(before);
        return refusal;
    }

    @Nested
    class WithoutAVault {
        @Test
        void makesTheDefaultVaultShowsItsRecoveryKeyAndDelivers() {
            AddKey.Reply reply = add(Orders.key("music"));

            assertThat(reply.delivery().result()).isEqualTo(KeyResult.DELIVERED);
            assertThat(reply.key().state()).isEqualTo(KeyState.DELIVERED);
            assertThat(reply.key().created()).isEqualTo(World.NOW.getEpochSecond());
            assertThat(reply.createdVault()).hasValueSatisfying(vault -> {
                assertThat(vault.name()).isEqualTo("default");
                assertThat(vault.when()).isEqualTo(When.BOOT);
                assertThat(vault.delivered()).isEqualTo(1);
                assertThat(vault.verified()).isTrue();
                assertThat(vault.protectors().stream().map(ProtectorInfo::id)).containsExactly("tpm2-1", "recovery-2");
                assertThat(vault.protectors().get(0).pcrs()).contains("7+15:sha256");
            });
            assertThat(person.offers()).singleElement().satisfies(offer -> {
                assertThat(offer.label()).isEqualTo("recovery-key");
                assertThat(offer.hex()).hasSize(64);
            });
            assertThat(person.asked()).isEmpty();
        }

        @Test
        void makesALoginVaultForAUser() {
            AddKey.Reply reply =
                    world.callAs(1000, AddKey.METHOD, Orders.key("music").request(), person);

            assertThat(reply.createdVault()).hasValueSatisfying(vault -> {
                assertThat(vault.when()).isEqualTo(When.LOGIN);
                assertThat(vault.owner()).isEqualTo(1000);
            });
            assertThat(world.keyrings.count(1000)).isEqualTo(1);
            assertThat(world.keyrings.count(0)).isZero();
        }

        @Test
        void asksForAGivenSecretAfterTheRecoveryKeyWasShownAndDeliversExactlyThat() {
            person.answering("00112233445566778899aabbccddeeff");
            AddKey.Reply reply = add(Orders.key("music").given().description("app:music"));

            assertThat(person.asked()).containsExactly("key");
            assertThat(reply.key().sizeBytes()).isEqualTo(16);
            try (SecretBuffer expected = ScriptedDialogue.buffer("00112233445566778899aabbccddeeff")) {
                assertThat(world.keyrings.holds(0, KernelKeyType.USER, "app:music", expected))
                        .isTrue();
            }
        }

        @Test
        void makesNoRecoveryKeyWhenToldNotTo() {
            AddKey.Reply reply = add(Orders.key("music").noRecovery());

            assertThat(person.offers()).isEmpty();
            assertThat(reply.createdVault().orElseThrow().protectors()).hasSize(1);
        }

        @Test
        void writesNothingWhenTheRecoveryKeyIsNotConfirmed() {
            person.refusingOffers();

            assertThat(refused(Orders.key("music")).kind()).isEqualTo(ErrorKind.DEADLINE_EXCEEDED);
            assertThat(world.keyrings.count(0)).isZero();
        }

        @Test
        void writesNothingWhenTheDaemonDiesBetweenOfferAndCommit() {
            person.whenOffered(() -> {
                throw new IllegalStateException("killed");
            });

            assertThatThrownBy(() -> add(Orders.key("music"))).hasMessage("killed");
            world.restart();
            assertThat(world.files()).isEmpty();
            assertThat(world.call(ListVaults.METHOD, Orders.listVaults()).vaults())
                    .isEmpty();
        }

        @Test
        void writesNothingWhenThePersonHasNoSecret() {
            assertThat(refused(Orders.key("music").given()).kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
            assertThat(person.offers()).isEmpty();
        }

        @Test
        void showsTheRecoveryKeyOnceItHasTheSecret() {
            person.answering("00".repeat(8))
                    .whenOffered(() -> assertThat(person.asked()).containsExactly("key"));

            assertThat(add(Orders.key("music").given()).createdVault()).isPresent();
            assertThat(person.offers()).hasSize(1);
        }

        @Test
        void refusesPcrsThatWereNeverExtendedUnlessToldOtherwise() {
            KeyringException refusal = refused(Orders.key("music").pcrs("7+9"));

            assertThat(refusal.kind()).isEqualTo(ErrorKind.PCR_BANK_EMPTY);
            assertThat(refusal.sentence()).startsWith("PCR 9 of bank sha256");
            assertThat(person.offers()).isEmpty();
            assertThat(add(Orders.key("music").pcrs("7+9").allowUnmeasured()).createdVault())
                    .isPresent();
        }

        @ParameterizedTest
        @ValueSource(strings = {"24", "7:md5", "", "7,7"})
        void refusesBadSelectionsBeforeAskingAnything(String selection) {
            assertThat(refused(Orders.key("music").given().pcrs(selection)).kind())
                    .isEqualTo(ErrorKind.BAD_PCRS);
            assertThat(person.asked()).isEmpty();
            assertThat(person.offers()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"../x", "a/b", "", "x\ny", "-x", "аdmin"})
        void refusesBadNamesBeforeAskingAnything(String name) {
            assertThat(refused(Orders.key(name).given()).kind()).isEqualTo(ErrorKind.BAD_NAME);
            assertThat(refused(Orders.key("music").in(name)).kind()).isEqualTo(ErrorKind.BAD_NAME);
            assertThat(person.asked()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 32_768})
        void refusesImpossibleSizesBeforeAskingAnything(int bytes) {
            assertThat(refused(Orders.key("music").size(bytes)).kind()).isEqualTo(ErrorKind.BAD_SIZE);
            assertThat(world.tpm.sealCalls()).isZero();
        }

        @Test
        void saysWhenThereIsNoTpm() {
            world.tpm.unavailable("no such device");

            KeyringException refusal = refused(Orders.key("music").given());
            assertThat(refusal.kind()).isEqualTo(ErrorKind.TPM_UNAVAILABLE);
            assertThat(refusal.sentence()).isEqualTo("the TPM at fake: cannot be used: no such device");
            assertThat(person.asked()).isEmpty();
        }

        @Test
        void tellsALockoutWithItsSeconds() {
            world.tpm.lockout(Duration.ofSeconds(90));

            assertThat(refused(Orders.key("music")).fields()).containsEntry("seconds", "90");
        }

        @Test
        void limitsTheVaultsOfAUserButNotThoseThatRootMakesForHim() {
            for (int i = 0; i < World.MAX_VAULTS; i++) {
                world.callAs(1000, CreateVault.METHOD, Orders.createVault("v" + i), person);
            }

            KeyringException refusal = refusal(
                    () -> world.callAs(1000, AddKey.METHOD, Orders.key("k").request(), person));
            assertThat(refusal.kind()).isEqualTo(ErrorKind.TOO_MANY_VAULTS);
            assertThat(refusal.sentence()).contains("uid 1000 has 3 vaults already, the limit is 3");
            assertThat(add(Orders.key("k").owner(1000)).createdVault()).isPresent();
        }
    }

    @Test
    void onlyRootMakesVaultsThatTheBootWaitsFor() {
        CreateVault.Request boot = new CreateVault.Request(
                Optional.of(1000L), "v", Optional.of(When.BOOT), Optional.empty(), false, false, false, false);
        KeyringException refusal = refusal(() -> world.callAs(1000, CreateVault.METHOD, boot, person));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.NOT_PERMITTED);
        assertThat(refusal.hint()).isEqualTo("sudo tpm-keyring vault create v --user=1000 --when=boot");
        assertThat(world.callAs(0, CreateVault.METHOD, boot, person).vault().when())
                .isEqualTo(When.BOOT);
    }

    @Nested
    class WithAVault {
        @BeforeEach
        void makeOne() {
            assertThat(add(Orders.key("first")).createdVault()).isPresent();
        }

        @Test
        void deliversAtOnceWhileTheVaultIsUnlocked() {
            AddKey.Reply reply = add(Orders.key("second"));

            assertThat(reply.createdVault()).isEmpty();
            assertThat(reply.delivery().result()).isEqualTo(KeyResult.DELIVERED);
            assertThat(person.offers()).hasSize(1);
        }

        @Test
        void leavesTheKeyOutOfTheKernelWhileTheVaultIsLocked() {
            assertThat(world.call(Lock.METHOD, Orders.lock()).vaults()).hasSize(1);

            AddKey.Reply reply = add(Orders.key("second"));

            assertThat(reply.delivery().result()).isEqualTo(KeyResult.ABSENT);
            assertThat(reply.delivery().reason()).contains("vault 'default' is locked");
            assertThat(reply.delivery().hint()).contains("tpm-keyring unlock default");
            assertThat(reply.key().state()).isEqualTo(KeyState.LOCKED);
            assertThat(world.keyrings.count(0)).isZero();
        }

        @Test
        void keepsTheKeyWhenItsDeliveryFails() {
            world.keyrings.withoutType(KernelKeyType.LOGON);

            AddKey.Reply reply =
                    add(Orders.key("second").target(TargetType.LOGON).description("app:second"));

            assertThat(reply.delivery().result()).isEqualTo(KeyResult.FAILED);
            assertThat(reply.delivery().reason())
                    .hasValueSatisfying(r -> assertThat(r).contains("ENODEV"));
            assertThat(reply.delivery().hint()).contains("tpm-keyring doctor");
            assertThat(world.call(ListVaults.METHOD, Orders.listVaults()).vaults())
                    .singleElement()
                    .satisfies(vault -> assertThat(vault.keys()).isEqualTo(2));
        }

        @Test
        void refusesANameThatAnyVaultOfTheOwnerHas() {
            KeyringException refusal = refused(Orders.key("first").in("other").given());

            assertThat(refusal.kind()).isEqualTo(ErrorKind.EXISTS);
            assertThat(refusal.sentence()).isEqualTo("key 'first' exists already");
            assertThat(refusal.hint()).isEqualTo("tpm-keyring show first");
            assertThat(person.asked()).isEmpty();
        }

        @Test
        void letsAnotherOwnerUseTheSameName() {
            assertThat(add(Orders.key("first").owner(1000)).key().owner()).isEqualTo(1000);
        }

        @Test
        void refusesADescriptionThatAnotherKeyOfTheOwnerHas() {
            assertThat(add(Orders.key("second").description("app:x")).key().name())
                    .isEqualTo("second");

            KeyringException refusal = refused(Orders.key("third").description("app:x"));
            assertThat(refusal.kind()).isEqualTo(ErrorKind.EXISTS);
            assertThat(refusal.sentence()).contains("app:x");
            assertThat(refusal.hint()).isEqualTo("tpm-keyring show second");
        }

        @Test
        void refusesAnotherPolicyThanTheVaultHas() {
            KeyringException refusal = refused(Orders.key("second").pcrs("7+14"));

            assertThat(refusal.kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
            assertThat(refusal.sentence())
                    .isEqualTo("pcrs: vault 'default' exists already and is bound to PCRs 7+15:sha256");
            assertThat(refusal.hint()).isEqualTo("tpm-keyring reseal default --tpm2-pcrs=7+14:sha256");
            assertThat(add(Orders.key("second").pcrs("sha256:7")).key().name()).isEqualTo("second");
        }

        @Test
        void refusesAnotherOccasionThanTheVaultHas() {
            KeyringException refusal = refused(Orders.key("second").when(When.MANUAL));

            assertThat(refusal.kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
            assertThat(refusal.sentence()).isEqualTo("when: vault 'default' exists already and is for boot");
        }

        @Test
        void hintsAtTheRecoveryWhenThePcrsChanged() {
            world.tpm.measure(7, "evil");

            KeyringException refusal = refused(Orders.key("second").given());
            assertThat(refusal.kind()).isEqualTo(ErrorKind.UNEXPECTED_PCR_STATE);
            assertThat(refusal.sentence())
                    .isEqualTo("vault 'default' stays locked: PCR 7 of sha256 changed since it was sealed");
            assertThat(refusal.hint()).isEqualTo("tpm-keyring recover default --reseal");
            assertThat(person.asked()).containsExactly("recovery-key");
        }
    }
}
