// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.cli.testing.CommandRun;

/** What becomes of a volume when a vault was put back from a backup, so that two vaults have one name or keys of one name. */
class NamesakeRemovingTest extends LuksRemovingMachine {
    @ParameterizedTest
    @ValueSource(strings = {"old", "default"})
    void aVaultIsKeptWhileAnotherHasAKeyOfTheVolumeByThatName(String other) throws Exception {
        open = true;
        namesakeIn = Optional.of(other);
        volume.token(1, "data");
        CommandRun refused = removeVaultWithRecoveryKey();
        assertThat(refused.status()).isEqualTo(10);
        assertThat(refused.err())
                .contains("the key of volume 'data' is kept, it may be the only one that opens it: vault '" + other
                        + "' has a key of this name too")
                .contains(
                        "--test-passphrase --disable-external-tokens " + volume.image() + ", and if a passphrase opens"
                                + " it: tpm-keyring vault remove default --with-keys --leave-volume");
        assertThat(calls()).doesNotContain("Unlock", "Recover", "RemoveVault");
        assertThat(volume.calls()).doesNotContain("luksKillSlot", "token remove");

        CommandRun removed = removeVault("--leave-volume");
        assertThat(removed.status()).as(removed.err()).isZero();
        assertThat(removed.err())
                .contains("volume 'data' is left as it is, and its line in /etc/crypttab: vault '" + other
                        + "' has a key of this name too");
        assertThat(calls()).contains("RemoveVault");
        assertThat(volume.calls()).doesNotContain("luksKillSlot", "token remove");
        assertThat(Files.readString(crypttab)).contains("cryptsetup luks");
    }

    @Test
    void aKeyThatTwoVaultsHaveIsNotDestroyedByItsName() throws Exception {
        namesakeIn = Optional.of("old");
        for (String words : List.of("remove data --yes", "remove data --yes --leave-volume")) {
            CommandRun refused = run(words.split(" "));
            assertThat(refused.status()).isEqualTo(2);
            assertThat(refused.err())
                    .contains("key: 'data' is in vault 'default' and in vault 'old'")
                    .contains("hint: tpm-keyring list");
        }
        assertThat(calls()).doesNotContain("Unlock", "RemoveKey");
        assertThat(volume.calls()).doesNotContain("luksKillSlot");
    }

    @Test
    void aVaultThatIsRemovedByItsIdIsOpenedByItsIdForTheTrial() throws Exception {
        String id = "0f3a91c27bd44e5c8d1e6f7a8b9c0d1e";
        CommandRun removed = run(
                "vault",
                "remove",
                id,
                "--with-keys",
                "--yes",
                "--unlock-key-file",
                recoveryKey().toString());
        assertThat(removed.status()).as(removed.err()).isZero();
        assertThat(daemon.calls().stream()
                        .filter(call -> call.method().endsWith(".Recover"))
                        .map(call -> call.parameters().get("vault")))
                .containsExactly(id);
        assertThat(volume.calls()).contains("luksKillSlot " + volume.image() + " 1");
    }
}
