// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.Explain;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.PcrChange;
import org.tpmkeyring.protocol.api.RemoveProtector;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.ShowSecret;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.TpmState;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;

final class TellingCasesTest extends WorldTest {
    private Explain.Reply explain() {
        return world.call(Explain.METHOD, Orders.explain("default"));
    }

    @Test
    void statusAndListsLeaveTheTpmAlone() {
        world.add("a", "b");
        int before = world.gatedTpm.calls();
        world.tpm.unavailable("no such device");

        Status.Reply status = world.call(Status.METHOD, Orders.status());

        assertThat(status.tpmState()).isEqualTo(TpmState.UNAVAILABLE);
        assertThat(status.tpmDetail()).isEqualTo("no such device");
        assertThat(status.softwareTpm()).isTrue();
        assertThat(status.version()).isEqualTo("0.1.0");
        assertThat(status.stateDirectory()).isEqualTo(world.state().toString());
        assertThat(status.vaults())
                .singleElement()
                .satisfies(vault -> assertThat(vault.delivered()).isEqualTo(2));
        assertThat(world.states()).hasSize(2);
        assertThat(world.call(ListVaults.METHOD, Orders.listVaults()).vaults()).hasSize(1);
        assertThat(world.call(ShowKey.METHOD, Orders.showKey("a")).vault().name())
                .isEqualTo("default");
        assertThat(world.gatedTpm.calls()).isEqualTo(before);
    }

    @Test
    void statusShowsRootEveryonesVaultsAndAUserHisOwn() {
        world.add("a");
        assertThat(world.callAs(1000, AddKey.METHOD, Orders.key("b").request(), person))
                .isNotNull();

        assertThat(world.call(Status.METHOD, Orders.status()).vaults())
                .extracting(VaultInfo::owner)
                .containsExactly(0L, 1000L);
        assertThat(world.callAs(1000, Status.METHOD, Orders.status(), person).vaults())
                .extracting(VaultInfo::owner)
                .containsExactly(1000L);
        assertThat(world.call(Status.METHOD, new Status.Request(Optional.of(0L)))
                        .vaults())
                .extracting(VaultInfo::owner)
                .containsExactly(0L);
    }

    @Test
    void listsEveryonesKeysForRootAloneInOrder() {
        world.add(Orders.key("z").in("two"));
        world.add(Orders.key("y").in("one"));
        world.add(Orders.key("x").in("one"));
        assertThat(world.callAs(1000, AddKey.METHOD, Orders.key("a").request(), person))
                .isNotNull();
        ListKeys.Request everyones = new ListKeys.Request(Optional.empty(), true, Optional.empty());

        assertThat(world.call(ListKeys.METHOD, everyones).keys())
                .extracting(KeyInfo::name)
                .containsExactly("x", "y", "z", "a");
        assertThat(refused(() -> world.callAs(1000, ListKeys.METHOD, everyones, person))
                        .kind())
                .isEqualTo(ErrorKind.NOT_PERMITTED);
        assertThat(world.call(ListKeys.METHOD, new ListKeys.Request(Optional.empty(), false, Optional.of("two")))
                        .keys())
                .extracting(KeyInfo::name)
                .containsExactly("z");
        assertThat(refused(() -> world.call(
                                ListKeys.METHOD, new ListKeys.Request(Optional.empty(), false, Optional.of("nosuch"))))
                        .kind())
                .isEqualTo(ErrorKind.NO_SUCH_VAULT);
    }

    @Test
    void listsTellWhatTheKernelSaysNow() {
        world.add("a");
        world.keyrings.change(0, KernelKeyType.USER, "a", KeyState.REVOKED);

        assertThat(world.states()).containsEntry("a", KeyState.REVOKED);
        assertThat(world.vault("default").delivered()).isZero();
    }

    @Test
    void listsADamagedVaultWithItsDamageAndTheOthersAsEver() {
        world.add(Orders.key("a").in("one"));
        world.add(Orders.key("b").in("two"));
        String id = world.vault("one").id();
        world.damage("one");

        List<VaultInfo> vaults =
                world.call(ListVaults.METHOD, Orders.listVaults()).vaults();

        assertThat(vaults).extracting(VaultInfo::name).containsExactly("two", id);
        assertThat(vaults.get(0).damage()).isEmpty();
        assertThat(vaults.get(1).damage())
                .hasValueSatisfying(damage -> assertThat(damage).contains("is not usable and was left as it is"));
        assertThat(world.states()).containsOnlyKeys("b");
    }

    @Test
    void explainSaysThatTheVaultWouldOpen() {
        world.add("a");

        Explain.Reply reply = explain();

        assertThat(reply.wouldOpen()).isTrue();
        assertThat(reply.advice()).containsExactly("tpm-keyring unlock default");
        assertThat(reply.pcrs()).extracting(PcrChange::index).containsExactly(7, 15);
        assertThat(reply.pcrs()).allSatisfy(pcr -> {
            assertThat(pcr.matches()).isTrue();
            assertThat(pcr.current()).isEqualTo(pcr.sealed());
            assertThat(pcr.measures()).isNotEmpty();
        });
    }

    @Test
    void explainNamesThePcrThatChanged() {
        world.add(Orders.key("a").pcrs("7+14"));
        world.tpm.measure(14, "mok");

        Explain.Reply reply = explain();

        assertThat(reply.wouldOpen()).isFalse();
        assertThat(reply.verdict())
                .isEqualTo("vault 'default' stays locked: PCR 14 of sha256 changed since it was sealed");
        assertThat(reply.pcrs()).extracting(PcrChange::matches).containsExactly(true, false, true);
        assertThat(reply.advice()).first().isEqualTo("tpm-keyring recover default --reseal");
    }

    @Test
    void explainAnswersWithoutATpm() {
        world.add("a");
        world.tpm.unavailable("no such device");

        Explain.Reply reply = explain();

        assertThat(reply.wouldOpen()).isFalse();
        assertThat(reply.verdict())
                .isEqualTo("vault 'default' stays locked: the TPM at fake: cannot be used: no such device");
        assertThat(reply.pcrs())
                .hasSize(2)
                .allSatisfy(pcr -> assertThat(pcr.current()).isEmpty());
        assertThat(reply.advice()).containsExactly("tpm-keyring doctor", "tpm-keyring recover default");
    }

    @Test
    void explainSaysThatOnlyARecoveryKeyOpensAVaultWithoutTpmProtector() {
        world.add("a");
        Object removed = world.call(RemoveProtector.METHOD, Orders.removeProtector("default", "tpm2-1"), person);
        assertThat(removed).isNotNull();

        assertThat(explain().verdict()).isEqualTo("vault 'default' has no TPM protector, only a recovery key opens it");
        assertThat(explain().wouldOpen()).isFalse();
    }

    @Test
    void showsThePassphraseOfAnEcryptfsKeyWhileItsVaultIsUnlocked() {
        person.answering("70617373776f7264");
        world.call(
                AddKey.METHOD,
                Orders.key("home").target(TargetType.ECRYPTFS).given().request(),
                person);

        ShowSecret.Reply reply = world.call(ShowSecret.METHOD, Orders.showSecret("home"), person);

        assertThat(reply.key().identifiers()).hasSize(2);
        assertThat(person.offers()).last().isEqualTo(new ScriptedDialogue.Offer("passphrase", "70617373776f7264"));
    }

    @Test
    void showsNoSecretOfALockedVaultNorOfATargetWhereNobodyTypesIt() {
        world.add("a");

        assertThat(refused(() -> world.call(ShowSecret.METHOD, Orders.showSecret("a"), person))
                        .kind())
                .isEqualTo(ErrorKind.NOT_SUPPORTED);
        person.answering("70617373776f7264");
        Orders.NewKey home = Orders.key("home").target(TargetType.ECRYPTFS).given();
        assertThat(world.call(AddKey.METHOD, home.request(), person).key().name())
                .isEqualTo("home");
        assertThat(world.call(Lock.METHOD, Orders.lock()).vaults()).hasSize(1);
        assertThat(refused(() -> world.call(ShowSecret.METHOD, Orders.showSecret("a"), person))
                        .kind())
                .isEqualTo(ErrorKind.NOT_SUPPORTED);
        KeyringException locked = refused(() -> world.call(ShowSecret.METHOD, Orders.showSecret("home"), person));
        assertThat(locked.kind()).isEqualTo(ErrorKind.WAS_LOCKED);
        assertThat(locked.hint()).isEqualTo("tpm-keyring unlock default");
        assertThat(person.offers()).isEmpty();
    }

    @Test
    void refusesTheSamePassphraseTwice() {
        person.answering("70617373776f7264").answering("70617373776f7264");
        Orders.NewKey first = Orders.key("home").target(TargetType.ECRYPTFS).given();
        assertThat(world.call(AddKey.METHOD, first.request(), person).key().name())
                .isEqualTo("home");

        Orders.NewKey second = Orders.key("again").target(TargetType.ECRYPTFS).given();
        KeyringException refusal = refused(() -> world.call(AddKey.METHOD, second.request(), person));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.EXISTS);
        assertThat(refusal.hint()).isEqualTo("tpm-keyring show home");
    }
}
