// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddProtector;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.RemoveProtector;
import org.tpmkeyring.protocol.api.Reseal;
import org.tpmkeyring.protocol.api.RestoreVault;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Vault;

/** Files that somebody else broke, swapped or wrote: told in words, left as they are, hiding no other. */
final class UnusableFilesTest extends WorldTest {
    private Path file;
    private String id;

    @BeforeEach
    void makeTwoVaults() {
        world.add(Orders.key("a"));
        world.add(Orders.key("b"));
        world.add(Orders.key("other").in("sound"));
        file = world.file("default");
        id = world.vault("default").id();
        assertThat(world.call(Lock.METHOD, Orders.lockAll()).vaults()).hasSize(2);
    }

    private void assertToldAndLeftAlone(ErrorKind kind) {
        Map<String, String> before = world.files();
        assertThat(World.refusal(() -> world.call(Unlock.METHOD, Orders.unlock()))
                        .kind())
                .isEqualTo(kind);
        assertThat(world.call(ListVaults.METHOD, Orders.listVaults()).vaults())
                .extracting(VaultInfo::name)
                .containsExactly("sound", id);
        assertThat(world.call(Unlock.METHOD, Orders.unlockAll()).vaults())
                .extracting(VaultOutcome::error)
                .containsExactly(java.util.Optional.empty(), java.util.Optional.of(kind.wireName()));
        assertThat(world.states()).containsEntry("other", KeyState.DELIVERED).hasSize(1);
        assertThat(world.files()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.5, 0.99})
    void aHalfWrittenFile(double part) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, (int) (whole.length * part)));

        assertToldAndLeftAlone(ErrorKind.VAULT_DAMAGED);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.25, 0.5, 0.75, 0.999})
    void aFlippedBit(double place) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) (bytes.length * place)] ^= 1;
        Files.write(file, bytes);

        assertToldAndLeftAlone(ErrorKind.VAULT_DAMAGED);
    }

    @Test
    void theFileOfAnotherVaultUnderThisName() throws IOException {
        Path other = world.file("sound");
        Files.write(file, Files.readAllBytes(other));

        assertToldAndLeftAlone(ErrorKind.VAULT_DAMAGED);
    }

    @Test
    void aFileThatOthersMayWrite() throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));

        assertToldAndLeftAlone(ErrorKind.VAULT_UNSAFE_FILE);
        KeyringException refusal = refused(() -> world.call(RestoreVault.METHOD, Orders.restoreVault(id)));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.VAULT_UNSAFE_FILE);
    }

    @Test
    void aLinkInThePlaceOfTheFile() throws IOException {
        Path elsewhere = state.resolve("elsewhere");
        Files.move(file, elsewhere, StandardCopyOption.ATOMIC_MOVE);
        Files.createSymbolicLink(file, elsewhere);

        assertToldAndLeftAlone(ErrorKind.VAULT_UNSAFE_FILE);
    }

    @Test
    void aWellFormedFileThatSomebodyWithoutTheKekWrote() {
        LoadedVault genuine =
                world.repository().find(0, new VaultName("default")).orElseThrow();
        Vault forged = genuine.vault().withKeys(genuine.vault().keys().subList(0, 1));
        try (Kek guess = new Kek(ScriptedDialogue.buffer("00".repeat(Kek.SIZE_BYTES)))) {
            assertThat(world.repository().save(genuine, forged, guess).generation())
                    .isEqualTo(genuine.generation() + 1);
        }
        assertThat(world.vault("default").verified()).isFalse();

        for (KeyringException refusal : List.of(
                refused(() -> world.call(Unlock.METHOD, Orders.unlock())),
                refused(() -> world.call(Reseal.METHOD, Orders.reseal("default"), person)),
                refused(() -> world.call(AddProtector.METHOD, Orders.addTpm("default", "7"), person)),
                refused(() ->
                        world.call(RemoveProtector.METHOD, Orders.removeProtector("default", "tpm2-1"), person)))) {
            assertThat(refusal.kind()).isEqualTo(ErrorKind.VAULT_DAMAGED);
            assertThat(refusal.hint()).isEqualTo("tpm-keyring vault restore default");
        }
        assertThat(person.asked()).isEmpty();
        assertThat(world.keyrings.count(0)).isZero();

        assertThat(world.call(RestoreVault.METHOD, Orders.restoreVault("default"))
                        .vault()
                        .keys())
                .isEqualTo(2);
        assertThat(world.call(Unlock.METHOD, Orders.unlock()).vaults().get(0).keys())
                .hasSize(2);
    }

    @Test
    void aVaultThatWasRolledBackToItsPreviousFileStillOpensAndIsUnverifiedUntilThen() {
        world.damage("default");
        assertThat(world.call(RestoreVault.METHOD, Orders.restoreVault(id))
                        .vault()
                        .verified())
                .isFalse();

        assertThat(world.call(Unlock.METHOD, Orders.unlock()).vaults().get(0).error())
                .isEmpty();
        assertThat(world.vault("default").verified()).isTrue();
        assertThat(world.states()).containsOnlyKeys("a", "other");
    }
}
