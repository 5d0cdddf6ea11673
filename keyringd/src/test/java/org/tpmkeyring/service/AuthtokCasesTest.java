// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tpmkeyring.service.World.refusal;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.CreateVault;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.ReleaseAuthtok;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.api.ShowSecret;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;

/** Keys that only a login gets. */
final class AuthtokCasesTest {
    private static final long ALICE = 1000;
    private static final String PASSWORD = "6f70656e20736573616d65";

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
        return world.callAs(ALICE, AddKey.METHOD, order.request(), person);
    }

    private static Orders.NewKey wallet(String name) {
        return Orders.key(name).target(TargetType.AUTHTOK).given();
    }

    private AddKey.Reply addWallet() {
        person.answering(PASSWORD);
        return add(wallet("wallet"));
    }

    private KeyringException refused(long uid, Orders.NewKey order) {
        Map<String, String> before = world.files();
        KeyringException refusal = refusal(() -> world.callAs(uid, AddKey.METHOD, order.request(), person));
        assertThat(world.files()).isEqualTo(before);
        return refusal;
    }

    private ReleaseAuthtok.Reply released(ScriptedDialogue module) {
        return world.call(ReleaseAuthtok.METHOD, new ReleaseAuthtok.Request(Optional.of(ALICE)), module);
    }

    private VaultInfo vault() {
        return world.callAs(ALICE, ListVaults.METHOD, Orders.listVaults(), person)
                .vaults()
                .get(0);
    }

    private List<KeyOutcome> unlocked() {
        return world.callAs(ALICE, Unlock.METHOD, Orders.unlock(), person).vaults().stream()
                .map(VaultOutcome::keys)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theModuleGetsWhatWasGiven() {
        AddKey.Reply added = addWallet();
        assertThat(added.delivery().result()).isEqualTo(KeyResult.IN_PLACE);
        assertThat(added.key().state()).isEqualTo(KeyState.AT_LOGIN);

        ScriptedDialogue module = new ScriptedDialogue();
        assertThat(released(module).released()).isTrue();
        assertThat(module.offers()).containsExactly(new ScriptedDialogue.Offer("authtok", PASSWORD));
    }

    @Test
    void nothingIsReleasedWhereThereIsNone() {
        ScriptedDialogue module = new ScriptedDialogue();
        assertThat(released(module).released()).isFalse();

        assertThat(add(Orders.key("music"))).isNotNull();
        assertThat(released(module).released()).isFalse();
        assertThat(module.offers()).isEmpty();
    }

    @Test
    void nothingIsReleasedWhileTheTpmRefuses() {
        addWallet();
        world.tpm.measure(7, "another boot loader");
        ScriptedDialogue module = new ScriptedDialogue();

        assertThat(refusal(() -> released(module)).kind()).isEqualTo(ErrorKind.UNEXPECTED_PCR_STATE);
        assertThat(module.offers()).isEmpty();
        assertThat(module.asked()).isEmpty();
    }

    /** Who opened it with his password has one for the modules after ours. */
    @Test
    void aVaultThatOnlyAPasswordOpensReleasesNothing() {
        CreateVault.Request withPin = new CreateVault.Request(
                Optional.empty(), "default", Optional.of(When.LOGIN), Optional.empty(), false, true, false, true);
        person.answering("0123").answering("0123").answering(PASSWORD);
        assertThat(world.callAs(ALICE, CreateVault.METHOD, withPin, person)).isNotNull();
        assertThat(add(wallet("wallet")).key().name()).isEqualTo("wallet");
        ScriptedDialogue module = new ScriptedDialogue();

        assertThat(released(module).released()).isFalse();
        assertThat(module.asked()).isEmpty();
        assertThat(module.offers()).isEmpty();
    }

    /** The second would never be handed over, and nobody could tell which is. */
    @Test
    void aSecondOneIsRefusedBeforeAnybodyIsAsked() {
        addWallet();
        KeyringException refusal = refused(ALICE, wallet("other").in("another"));

        assertThat(refusal.kind()).isEqualTo(ErrorKind.EXISTS);
        assertThat(refusal.hint()).isEqualTo("tpm-keyring remove wallet");
        assertThat(person.asked()).hasSize(1);
        assertThat(world.callAs(ALICE, RemoveKey.METHOD, new RemoveKey.Request(Optional.empty(), "wallet"), person)
                        .removal()
                        .result())
                .isEqualTo(KeyResult.ABSENT);
        person.answering(PASSWORD);
        assertThat(add(wallet("other")).key().name()).isEqualTo("other");
    }

    @Test
    void aVaultThatIsNotForLoginIsRefusedWithACommandThatWorks() {
        assertThat(refused(0, wallet("wallet")).hint())
                .isEqualTo("tpm-keyring add wallet --target authtok --vault login --when login");
        assertThat(add(Orders.key("music").in("login").when(When.MANUAL))).isNotNull();
        KeyringException refusal = refused(ALICE, wallet("wallet").in("login"));

        assertThat(refusal.kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
        assertThat(refusal.hint()).isEqualTo("tpm-keyring add wallet --target authtok --vault login-2 --when login");
        person.answering(PASSWORD);
        assertThat(add(wallet("wallet").in("login-2").when(When.LOGIN)).key().vault())
                .isEqualTo("login-2");
    }

    @Test
    void aVaultWithThisKeyOnlyIsUnlockedWithoutTheTpm() {
        addWallet();
        int unseals = world.tpm.unsealCalls();
        assertThat(unlocked()).extracting(KeyOutcome::result).containsExactly(KeyResult.IN_PLACE);
        assertThat(world.tpm.unsealCalls()).isEqualTo(unseals);
        assertThat(vault().delivered()).isEqualTo(1);
        assertThat(world.callAs(ALICE, Lock.METHOD, Orders.lock(), person)
                        .vaults()
                        .get(0)
                        .keys())
                .extracting(KeyOutcome::result)
                .containsExactly(KeyResult.ABSENT);

        ScriptedDialogue shown = new ScriptedDialogue();
        assertThat(world.callAs(ALICE, ShowSecret.METHOD, Orders.showSecret("wallet"), shown))
                .isNotNull();
        assertThat(shown.offers()).extracting(ScriptedDialogue.Offer::hex).containsExactly(PASSWORD);
    }

    /** Or a locked vault would count as unlocked for its sake. */
    @Test
    void besideOtherKeysItIsAsTheyAre() {
        addWallet();
        assertThat(add(Orders.key("music")).delivery().result()).isEqualTo(KeyResult.DELIVERED);
        assertThat(vault().delivered()).isEqualTo(2);

        assertThat(world.callAs(ALICE, Lock.METHOD, Orders.lock(), person)).isNotNull();
        assertThat(vault().delivered()).isZero();
        assertThat(refusal(() -> world.callAs(ALICE, ShowSecret.METHOD, Orders.showSecret("wallet"), person))
                        .kind())
                .isEqualTo(ErrorKind.WAS_LOCKED);
        assertThat(world.callAs(ALICE, ListKeys.METHOD, Orders.listKeys(), person)
                        .keys())
                .extracting(key -> key.state())
                .containsExactlyInAnyOrder(KeyState.AT_LOGIN, KeyState.LOCKED);

        assertThat(unlocked())
                .extracting(KeyOutcome::result)
                .containsExactlyInAnyOrder(KeyResult.IN_PLACE, KeyResult.DELIVERED);
        assertThat(vault().delivered()).isEqualTo(2);
    }
}
