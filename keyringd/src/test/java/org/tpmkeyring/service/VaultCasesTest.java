// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.CreateVault;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.RemoveVault;
import org.tpmkeyring.protocol.api.RenameVault;
import org.tpmkeyring.protocol.api.RestoreVault;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.When;

final class VaultCasesTest extends WorldTest {
    private CreateVault.Reply create(String name) {
        return world.call(CreateVault.METHOD, Orders.createVault(name), person);
    }

    private RemoveVault.Reply remove(String name, boolean withKeys) {
        return world.call(RemoveVault.METHOD, Orders.removeVault(name, withKeys));
    }

    private RestoreVault.Reply restore(String name) {
        return world.call(RestoreVault.METHOD, Orders.restoreVault(name));
    }

    @Test
    void makesAnEmptyVaultAndShowsItsRecoveryKey() {
        VaultInfo vault = create("disks").vault();

        assertThat(vault.name()).isEqualTo("disks");
        assertThat(vault.keys()).isZero();
        assertThat(vault.when()).isEqualTo(When.BOOT);
        assertThat(vault.protectors()).hasSize(2);
        assertThat(person.recoveryKey()).hasSize(64);
        assertThat(world.vault("disks")).isEqualTo(vault);
    }

    @Test
    void deliversTheFirstKeyOfAVaultThatWasMadeBefore() {
        assertThat(create("disks").vault().keys()).isZero();

        AddKey.Reply reply =
                world.call(AddKey.METHOD, Orders.key("a").in("disks").request(), person);
        assertThat(reply.createdVault()).isEmpty();
        assertThat(reply.delivery().result()).isEqualTo(KeyResult.DELIVERED);
    }

    @Test
    void makesNothingWhenTheRecoveryKeyIsNotConfirmed() {
        person.refusingOffers();

        assertThat(refused(() -> create("disks")).kind()).isEqualTo(ErrorKind.DEADLINE_EXCEEDED);
    }

    @Test
    void refusesASecondVaultOfTheName() {
        assertThat(create("disks").vault().name()).isEqualTo("disks");

        KeyringException refusal = refused(() -> create("disks"));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.VAULT_EXISTS);
        assertThat(person.offers()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/b", "", "x\ny", "-x"})
    void refusesBadNames(String name) {
        assertThat(refused(() -> create(name)).kind()).isEqualTo(ErrorKind.BAD_NAME);
    }

    @Test
    void refusesABankThatTheTpmLacks() {
        CreateVault.Request request = new CreateVault.Request(
                Optional.empty(), "disks", Optional.empty(), Optional.of("7:sha512"), false, false, false, false);

        KeyringException refusal = refused(() -> world.call(CreateVault.METHOD, request, person));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.NOT_SUPPORTED);
        assertThat(refusal.sentence()).contains("PCR bank sha512");
    }

    @Test
    void letsRootMakeAsManyForHimselfAsHeLikes() {
        for (int i = 0; i <= World.MAX_VAULTS; i++) {
            assertThat(create("v" + i).vault().keys()).isZero();
        }
    }

    @Test
    void removesAnEmptyVaultWithoutTheTpm() {
        assertThat(create("disks").vault().keys()).isZero();
        world.tpm.unavailable("gone");

        assertThat(remove("disks", false).keys()).isEmpty();
        assertThat(world.files()).isEmpty();
    }

    @Test
    void refusesToRemoveAVaultWithKeysUnlessTold() {
        world.add("a", "b");

        KeyringException refusal = refused(() -> remove("default", false));
        assertThat(refusal.sentence()).isEqualTo("vault 'default' still holds 2 keys");
        assertThat(refusal.hint()).isEqualTo("tpm-keyring vault remove default --with-keys");
        assertThat(world.keyrings.count(0)).isEqualTo(2);

        assertThat(remove("default", true).keys())
                .extracting(KeyOutcome::result)
                .containsOnly(KeyResult.REMOVED);
        assertThat(world.keyrings.count(0)).isZero();
        assertThat(world.files()).isEmpty();
    }

    @Test
    void countsASingleKeyInTheSingular() {
        world.add("a");
        assertThat(refused(() -> remove("default", false)).sentence()).isEqualTo("vault 'default' still holds 1 key");
    }

    @Test
    void removesADamagedVaultByItsIdAndWithKeysOnly() {
        world.add("a");
        String id = world.vault("default").id();
        world.damage("default");

        assertThat(refused(() -> remove("default", true)).kind()).isEqualTo(ErrorKind.VAULT_DAMAGED);
        assertThat(refused(() -> remove(id, false)).sentence())
                .isEqualTo("vault '" + id + "' still holds an unknown number of keys");
        assertThat(remove(id, true).keys()).isEmpty();
        assertThat(world.files()).isEmpty();
    }

    @Test
    void doesNotMakeADefaultVaultBesideADamagedOneThatMayBeIt() {
        world.add("a");
        world.damage("default");

        KeyringException refusal = refused(() -> world.add("b"));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.VAULT_DAMAGED);
    }

    @Test
    void renames() {
        world.add("a");

        VaultInfo renamed = world.call(RenameVault.METHOD, Orders.renameVault("default", "music"))
                .vault();

        assertThat(renamed.name()).isEqualTo("music");
        assertThat(renamed.keys()).isEqualTo(1);
        assertThat(world.call(ListVaults.METHOD, Orders.listVaults()).vaults())
                .extracting(VaultInfo::name)
                .containsExactly("music");
    }

    @Test
    void refusesToRenameToANameThatIsTakenOrBadOrWithoutTheTpm() {
        world.add(Orders.key("a").in("one"));
        world.add(Orders.key("b").in("two"));

        assertThat(refused(() -> world.call(RenameVault.METHOD, Orders.renameVault("one", "two")))
                        .kind())
                .isEqualTo(ErrorKind.VAULT_EXISTS);
        assertThat(refused(() -> world.call(RenameVault.METHOD, Orders.renameVault("one", "a/b")))
                        .kind())
                .isEqualTo(ErrorKind.BAD_NAME);
        world.tpm.measure(7, "dbx");
        KeyringException refusal = refused(() -> world.call(RenameVault.METHOD, Orders.renameVault("one", "three")));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNEXPECTED_PCR_STATE);
        assertThat(refusal.hint()).isEqualTo("tpm-keyring recover one --reseal");
    }

    @Test
    void restoresThePreviousGenerationOfADamagedVault() {
        world.add("a", "b");
        String id = world.vault("default").id();
        world.damage("default");

        RestoreVault.Reply reply = restore(id);

        assertThat(reply.vault().name()).isEqualTo("default");
        assertThat(reply.vault().keys()).isEqualTo(1);
        assertThat(reply.generation()).isEqualTo(1);
        assertThat(world.states()).containsOnlyKeys("a");
    }

    @Test
    void leavesAVaultAloneThatIsInOrder() {
        world.add("a", "b");
        assertThat(refused(() -> restore("default")).sentence())
                .isEqualTo("vault: 'default' is in order, there is nothing to restore");

        world.restart();
        assertThat(refused(() -> restore("default")).kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
    }

    @Test
    void leavesAVaultAloneThatTheTpmDoesNotOpen() {
        world.add("a", "b");
        world.restart();
        world.tpm.unavailable("no answer");

        KeyringException refusal = refused(() -> restore("default"));

        assertThat(refusal.sentence())
                .isEqualTo("vault: nothing shows that 'default' is damaged, and its latest change would be lost: "
                        + "the TPM at fake: cannot be used: no answer");
        assertThat(refusal.hint()).isEqualTo("tpm-keyring doctor");
        assertThat(world.states()).containsOnlyKeys("a", "b");
    }

    @Test
    void tellsThatThereIsNothingToGoBackTo() throws IOException {
        world.add("a");
        String id = world.vault("default").id();
        Path file = world.state().resolve("vaults/0/" + id + ".vault");
        world.damage("default");
        Files.delete(file.resolveSibling(id + ".vault.previous"));

        KeyringException refusal = refused(() -> restore(id));

        assertThat(refusal.sentence()).contains("there is no generation before it to go back to");
        assertThat(refusal.hint()).isEqualTo("cp -a BACKUP " + file);
    }

    @Test
    void findsAVaultByItsIdToo() {
        world.add("a");

        assertThat(remove(world.vault("default").id(), true).keys()).hasSize(1);
    }
}
