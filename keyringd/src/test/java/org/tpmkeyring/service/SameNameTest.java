// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Check;
import org.tpmkeyring.protocol.api.Diagnose;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.Recover;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.api.RemoveVault;
import org.tpmkeyring.protocol.api.RenameVault;
import org.tpmkeyring.protocol.api.RestoreVault;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.When;

/** A vault was put back from a backup, beside the one that had come in its place. */
final class SameNameTest extends WorldTest {
    private List<String> ids;

    @BeforeEach
    void putBack() throws IOException {
        world.add("a", "old");
        String first = world.vault("default").id();
        Path vaults = world.file("default").getParent();
        Path backup = Files.move(vaults, vaults.resolveSibling("backup"));
        world.add("a", "new");
        String second = world.vault("default").id();
        for (String suffix : List.of(".vault", ".vault.previous")) {
            Files.move(backup.resolve(first + suffix), vaults.resolve(first + suffix));
        }
        Files.delete(backup);
        ids = List.of(first, second).stream().sorted().toList();
    }

    private void assertRefused(KeyringException refusal) {
        assertThat(refusal.kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
        assertThat(refusal.sentence())
                .isEqualTo("vault: 2 vaults have the name 'default': " + ids.get(0) + " and " + ids.get(1));
        assertThat(refusal.hint()).isEqualTo("tpm-keyring vault rename " + ids.get(0) + " NEW-NAME");
    }

    private List<String> keys(String vault) {
        return world
                .call(ListKeys.METHOD, new ListKeys.Request(Optional.empty(), false, Optional.of(vault)))
                .keys()
                .stream()
                .map(KeyInfo::name)
                .toList();
    }

    @Test
    void noneOfThemGoesByTheName() {
        assertRefused(refused(() -> world.call(RemoveVault.METHOD, Orders.removeVault("default", true))));
        assertRefused(refused(() -> world.call(RenameVault.METHOD, Orders.renameVault("default", "other"))));
        assertRefused(refused(() -> world.call(Unlock.METHOD, Orders.unlock())));
        assertRefused(refused(() -> world.call(Lock.METHOD, Orders.lock("default"))));
        assertRefused(refused(() -> world.call(
                Recover.METHOD,
                new Recover.Request(Optional.empty(), "default", false, Optional.empty(), false),
                person)));
        assertRefused(refused(() -> keys("default")));
        assertRefused(refused(() -> world.add("more")));
        assertThat(world.keyrings.count(0)).isEqualTo(3);
    }

    @Test
    void theirNameIsTaken() {
        world.add(Orders.key("b").in("other"));
        KeyringException refusal =
                refused(() -> world.call(RenameVault.METHOD, Orders.renameVault("other", "default")));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.VAULT_EXISTS);
    }

    @Test
    void eachGoesByItsId() {
        VaultInfo renamed = world.call(RenameVault.METHOD, Orders.renameVault(ids.get(0), "other"))
                .vault();
        assertThat(renamed.id()).isEqualTo(ids.get(0));
        assertThat(world.vault("default").id()).isEqualTo(ids.get(1));
        assertThat(world.call(Lock.METHOD, Orders.lock("default")).vaults()).hasSize(1);
    }

    @Test
    void oneIsRemovedByItsIdAndTheOtherStays() {
        KeyringException refusal = refused(() -> world.call(RemoveVault.METHOD, Orders.removeVault(ids.get(0), false)));
        assertThat(refusal.hint()).isEqualTo("tpm-keyring vault remove " + ids.get(0) + " --with-keys");
        List<String> others = keys(ids.get(1));
        assertThat(world.call(RemoveVault.METHOD, Orders.removeVault(ids.get(0), true))
                        .keys())
                .hasSize(2);
        assertThat(world.states().keySet()).containsExactlyInAnyOrderElementsOf(others);
        assertThat(world.call(Unlock.METHOD, Orders.unlock()).vaults()).hasSize(1);
    }

    @Test
    void whatIsRestoredUnderItsFormerNameGoesByItsId() throws IOException {
        String renamed = ids.get(0);
        Path file = world.file("default").resolveSibling(renamed + ".vault");
        List<String> before = keys(renamed);
        world.call(RenameVault.METHOD, Orders.renameVault(renamed, "other"));
        Files.write(file, new byte[] {1});

        VaultInfo restored =
                world.call(RestoreVault.METHOD, Orders.restoreVault(renamed)).vault();
        assertThat(restored.name()).isEqualTo("default");
        assertRefused(refused(() -> world.call(Unlock.METHOD, Orders.unlock("default"))));
        assertThat(keys(restored.id())).isEqualTo(before);
        assertThat(world.call(Unlock.METHOD, Orders.unlock(restored.id())).vaults())
                .singleElement()
                .satisfies(vault -> assertThat(vault.error()).isEmpty());
    }

    @Test
    void whatIsForAllOfThemGoesOn() {
        assertThat(world.call(Lock.METHOD, Orders.lockAll()).vaults()).hasSize(2);
        assertThat(world.keyrings.count(0)).isZero();
        assertThat(world.call(Unlock.METHOD, Orders.unlockWhen(When.BOOT)).vaults())
                .hasSize(2);
        assertThat(world.keyrings.count(0)).isEqualTo(3);
    }

    @Test
    void aKeyOfBothIsReadButNotDestroyed() {
        assertThat(world.call(ShowKey.METHOD, Orders.showKey("a")).key().name()).isEqualTo("a");

        KeyringException refusal = refused(() -> world.call(RemoveKey.METHOD, Orders.removeKey("a")));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
        assertThat(refusal.sentence()).isEqualTo("key: 'a' is in 2 vaults, not all of which have a name of their own");
        assertThat(refusal.hint()).isEqualTo("tpm-keyring status");

        world.call(RenameVault.METHOD, Orders.renameVault(ids.get(0), "other"));
        refusal = refused(() -> world.call(RemoveKey.METHOD, Orders.removeKey("a")));
        assertThat(refusal.sentence()).contains("in vault 'other'").contains("in vault 'default'");
        assertThat(refusal.hint()).startsWith("tpm-keyring list, ").endsWith(" vault remove VAULT --with-keys");
        assertThat(world.keyrings.count(0)).isEqualTo(3);

        assertThat(world.call(RemoveKey.METHOD, Orders.removeKey("old"))).isNotNull();
    }

    @Test
    void theDoctorTellsOfThem() {
        List<Check> told = world.call(Diagnose.METHOD, new Diagnose.Request()).checks().stream()
                .filter(check -> check.name().equals("vault-files"))
                .toList();
        assertThat(told).hasSize(1).allSatisfy(check -> {
            assertThat(check.verdict()).isEqualTo(Check.Verdict.PROBLEM);
            assertThat(check.finding())
                    .isEqualTo("of uid 0, 2 vaults have the name 'default': " + ids.get(0) + " and " + ids.get(1));
            assertThat(check.advice()).contains("tpm-keyring vault rename " + ids.get(0) + " NEW-NAME");
        });
    }
}
