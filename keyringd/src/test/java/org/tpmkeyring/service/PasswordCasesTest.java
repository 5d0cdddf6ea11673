// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.AddProtector;
import org.tpmkeyring.protocol.api.ChangePassword;
import org.tpmkeyring.protocol.api.ChangeProtector;
import org.tpmkeyring.protocol.api.Check;
import org.tpmkeyring.protocol.api.CreateVault;
import org.tpmkeyring.protocol.api.Diagnose;
import org.tpmkeyring.protocol.api.Explain;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.api.ProtectorType;
import org.tpmkeyring.protocol.api.Recover;
import org.tpmkeyring.protocol.api.Reseal;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.tpm.TpmProperty;
import org.tpmkeyring.vault.LoadedVault;

/** Vaults that a PIN or a passphrase opens. */
final class PasswordCasesTest extends WorldTest {
    private static final String PIN = "31323334";
    private static final String OTHER = "3536";
    private static final String WRONG = "39";

    private String recoveryKey;

    /** A vault 'home' with a PIN, one key and a recovery key. */
    @BeforeEach
    void makeAVault() {
        ScriptedDialogue maker = new ScriptedDialogue().answering(PIN);
        assertThat(world.call(CreateVault.METHOD, vault("home", Optional.of(When.LOGIN)), maker)
                        .vault()
                        .protectors())
                .extracting(ProtectorInfo::pin)
                .containsExactly(true, false);
        recoveryKey = maker.recoveryKey();
        assertThat(world.call(
                                AddKey.METHOD,
                                Orders.key("a").in("home").request(),
                                new ScriptedDialogue().answering(PIN))
                        .key()
                        .name())
                .isEqualTo("a");
        lock();
    }

    private static CreateVault.Request vault(String name, Optional<When> when) {
        return new CreateVault.Request(Optional.empty(), name, when, Optional.empty(), false, false, false, true);
    }

    private void lock() {
        assertThat(world.call(Lock.METHOD, Orders.lock("home")).vaults()).hasSize(1);
    }

    private VaultOutcome unlock(String... passwords) {
        ScriptedDialogue dialogue = new ScriptedDialogue();
        for (String password : passwords) {
            dialogue.answering(password);
        }
        return world.call(Unlock.METHOD, Orders.unlock("home"), dialogue)
                .vaults()
                .get(0);
    }

    private ProtectorInfo addPassphrase(String passphrase) {
        AddProtector.Request request = new AddProtector.Request(
                Optional.empty(), "home", ProtectorType.PASSPHRASE, Optional.empty(), false, false);
        return world.call(
                        AddProtector.METHOD,
                        request,
                        new ScriptedDialogue().answering(PIN).answering(passphrase))
                .protector();
    }

    @Test
    void opensWithItsPinAndWithNoOther() {
        KeyringException wrong = refused(() -> unlock(WRONG));
        assertThat(wrong.kind()).isEqualTo(ErrorKind.WRONG_PASSWORD);
        assertThat(wrong.sentence())
                .isEqualTo("the password does not open vault 'home', after 31 more wrong ones the TPM takes none for a"
                        + " while");
        assertThat(unlock(PIN).protector()).contains("tpm2-1");
    }

    @Test
    void theSameWrongPinIsTriedOnce() {
        assertThat(refused(() -> unlock(WRONG)).kind()).isEqualTo(ErrorKind.WRONG_PASSWORD);
        int before = world.tpm.unsealCalls();
        assertThat(refused(() -> unlock(WRONG)).sentence())
                .isEqualTo("the password does not open vault 'home', as it did not before, and was not tried again");
        assertThat(world.tpm.unsealCalls()).isEqualTo(before);
        assertThat(unlock(PIN).error()).isEmpty();
    }

    @Test
    void lockoutIsTold() {
        world.tpm.lockout(Duration.ofSeconds(90));
        KeyringException refusal = refused(() -> unlock(PIN));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.TPM_IN_LOCKOUT);
        assertThat(refusal.hint()).isEqualTo("tpm-keyring recover home");
    }

    @Test
    void nobodyIsAskedWhereThePinCouldNotOpenIt() {
        world.tpm.measure(7, "dbx");
        assertThat(refused(() -> world.call(Unlock.METHOD, Orders.unlock("home"), person))
                        .kind())
                .isEqualTo(ErrorKind.UNEXPECTED_PCR_STATE);
        assertThat(person.asked()).isEmpty();
    }

    @Test
    void nobodyIsAskedForAllVaultsOrForBoot() {
        VaultOutcome outcome =
                world.call(Unlock.METHOD, Orders.unlockAll(), person).vaults().get(0);
        assertThat(outcome.error()).contains("org.tpmkeyring.PasswordNeeded");
        assertThat(outcome.hint()).contains("tpm-keyring unlock home");
        assertThat(person.asked()).isEmpty();
    }

    @Test
    void aVaultForBootGetsNoPin() {
        KeyringException refusal =
                refused(() -> world.call(CreateVault.METHOD, vault("machine", Optional.of(When.BOOT)), person));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
        assertThat(refusal.sentence()).startsWith("pin: nobody types anything at boot");
        assertThat(person.asked()).isEmpty();
    }

    @Test
    void aPassphraseOpensItWithoutTheTpm() {
        assertThat(addPassphrase(OTHER).id()).isEqualTo("passphrase-3");
        lock();
        world.tpm.clear();
        assertThat(unlock(OTHER).protector()).contains("passphrase-3");
        assertThat(world.call(Explain.METHOD, Orders.explain("home"), person).verdict())
                .endsWith("; its passphrase opens it");
    }

    @Test
    void changesAPinWithTheOldOneOrTheRecoveryKey() {
        ChangeProtector.Request request = new ChangeProtector.Request(Optional.empty(), "home", Optional.empty());
        assertThat(refused(() -> world.call(ChangeProtector.METHOD, request, new ScriptedDialogue().answering(WRONG)))
                        .kind())
                .isEqualTo(ErrorKind.WRONG_PASSWORD);
        ScriptedDialogue dialogue = new ScriptedDialogue().answering(PIN).answering(OTHER);
        ProtectorInfo changed =
                world.call(ChangeProtector.METHOD, request, dialogue).protector();
        assertThat(dialogue.asked()).containsExactly("pin", "new-pin");
        assertThat(changed.id()).isEqualTo("tpm2-3");
        assertThat(refused(() -> unlock(PIN)).kind()).isEqualTo(ErrorKind.WRONG_PASSWORD);
        assertThat(unlock(OTHER).protector()).contains("tpm2-3");

        ScriptedDialogue forgotten =
                new ScriptedDialogue().without("pin").answering(recoveryKey).answering(PIN);
        assertThat(world.call(ChangeProtector.METHOD, request, forgotten)
                        .protector()
                        .id())
                .isEqualTo("tpm2-4");
        lock();
        assertThat(unlock(PIN).protector()).contains("tpm2-4");
    }

    @Test
    void aNewLoginPasswordTakesThePlaceOfTheOldOne() {
        assertThat(addPassphrase(PIN).pin()).isFalse();
        ChangePassword.Reply reply = change(PIN, OTHER);
        assertThat(reply).isEqualTo(new ChangePassword.Reply(2, 0, Optional.empty(), Optional.empty()));
        lock();
        assertThat(refused(() -> unlock(PIN)).kind()).isEqualTo(ErrorKind.WRONG_PASSWORD);
        assertThat(unlock(OTHER).error()).isEmpty();
        assertThat(world.vault("home").protectors())
                .extracting(ProtectorInfo::id)
                .containsExactly("tpm2-4", "recovery-2", "passphrase-5");
    }

    @Test
    void aPinThatIsNotTheLoginPasswordStays() {
        assertThat(change(WRONG, OTHER)).isEqualTo(new ChangePassword.Reply(0, 0, Optional.empty(), Optional.empty()));
        assertThat(unlock(PIN).error()).isEmpty();
    }

    @Test
    void withoutTheOldPasswordItIsToldWhatStaysAndHowToMendIt() {
        ScriptedDialogue root = new ScriptedDialogue().without("old-password");
        ChangePassword.Reply reply =
                world.call(ChangePassword.METHOD, new ChangePassword.Request(Optional.empty()), root);
        assertThat(reply.changed()).isZero();
        assertThat(reply.left()).isEqualTo(1);
        assertThat(reply.message())
                .contains("vault 'home' still opens with the old password and not with the new one; its recovery key"
                        + " works as before");
        assertThat(reply.hint()).contains("tpm-keyring protector change --vault home --user 0");
        assertThat(unlock(PIN).error()).isEmpty();
    }

    @Test
    void withoutTheOldPasswordNothingChangesWhereTheTpmAloneIsEnough() {
        AddProtector.Request plain =
                new AddProtector.Request(Optional.empty(), "home", ProtectorType.TPM2, Optional.empty(), false, false);
        assertThat(world.call(AddProtector.METHOD, plain, new ScriptedDialogue().answering(PIN))
                        .protector()
                        .pin())
                .isFalse();
        String passphrase = addPassphrase(OTHER).id();
        ScriptedDialogue root = new ScriptedDialogue().without("old-password");
        assertThat(world.call(ChangePassword.METHOD, new ChangePassword.Request(Optional.empty()), root))
                .isEqualTo(new ChangePassword.Reply(0, 2, Optional.empty(), Optional.empty()));
        assertThat(world.vault("home").protectors())
                .extracting(ProtectorInfo::id)
                .contains("tpm2-1", passphrase);
    }

    @Test
    void aLoginNeverUsesUpTheLastTries() {
        world.tpm.mostTries(3);
        ChangePassword.Reply reply = change(WRONG, OTHER);
        assertThat(reply.left()).isEqualTo(1);
        assertThat(reply.message().orElseThrow()).contains("the TPM takes only 3 more wrong ones");
    }

    private ChangePassword.Reply change(String old, String fresh) {
        return world.call(
                ChangePassword.METHOD,
                new ChangePassword.Request(Optional.empty()),
                new ScriptedDialogue().answering(old).answering(fresh));
    }

    @Test
    void resealingKeepsThePinThatOpenedTheVault() {
        ScriptedDialogue dialogue = new ScriptedDialogue().answering(PIN);
        Reseal.Reply reply = world.call(Reseal.METHOD, Orders.reseal("home", "7+14"), dialogue);
        assertThat(dialogue.asked()).containsExactly("pin");
        assertThat(reply.kept()).isEmpty();
        assertThat(reply.resealed()).singleElement().satisfies(made -> {
            assertThat(made.pin()).isTrue();
            assertThat(made.pcrs()).contains("7+14:sha256");
        });
        assertThat(unlock(PIN).error()).isEmpty();
    }

    @Test
    void recoveringAndResealingTakesAPinOrLeavesTheOldSealing() {
        world.tpm.measure(7, "dbx");
        Recover.Reply without = world.call(
                Recover.METHOD, Orders.recoverAndReseal("home"), new ScriptedDialogue().answering(recoveryKey));
        assertThat(without.resealed()).isEmpty();
        assertThat(without.kept()).extracting(ProtectorInfo::id).isEqualTo(List.of("tpm2-1"));
        Recover.Reply with = world.call(
                Recover.METHOD,
                Orders.recoverAndReseal("home"),
                new ScriptedDialogue().answering(recoveryKey).answering(OTHER));
        assertThat(with.resealed())
                .singleElement()
                .satisfies(made -> assertThat(made.pin()).isTrue());
        lock();
        assertThat(unlock(OTHER).error()).isEmpty();
    }

    @Test
    void theDoctorTellsOfATpmWithoutLockoutPassword() {
        world.gatedTpm.tells(new TpmProperty("Lockout", "Lockout password set", "no"));
        assertThat(world.call(Diagnose.METHOD, new Diagnose.Request()).checks())
                .extracting(Check::name)
                .contains("tpm-lockout-password");
    }

    @Test
    void somebodyWithAPasswordIsNotServedByTheRefusalOfSomebodyWithout() throws Exception {
        LoadedVault loaded = world.repository().find(0, new VaultName("home")).orElseThrow();
        VaultUnlocker unlocker = world.unlocker();
        try (SecretBuffer secret = ScriptedDialogue.buffer(PIN)) {
            Optional<Password> password = Optional.of(new Password(secret, false));
            assertThat(refused(() -> unlocker.unlock(loaded, Optional.empty())).kind())
                    .isEqualTo(ErrorKind.PASSWORD_NEEDED);
            int before = world.tpm.unsealCalls();
            List<CompletableFuture<VaultOutcome>> logins = Stream.generate(
                            () -> CompletableFuture.supplyAsync(() -> unlocker.unlock(loaded, password)))
                    .limit(8)
                    .toList();
            for (CompletableFuture<VaultOutcome> login : logins) {
                assertThat(login.get().error()).isEmpty();
            }
            assertThat(world.tpm.unsealCalls()).isEqualTo(before + 1);
        }
    }
}
