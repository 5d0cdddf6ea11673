// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.vault.VaultRepository.Damaged;

class VaultOutcomesTest {
    private static final VaultId VAULT = new VaultId("0f3a91c27bd44e5c8d1e6f7a8b9c0d1e");

    private static String hint(ErrorKind kind, long peerUid) {
        KeyringException why =
                KeyringException.of(kind).with("vault", VAULT.text()).build();
        return VaultOutcomes.refused(1000, new Damaged(1000, VAULT, why), peerUid)
                .hint()
                .orElseThrow()
                .replace(VAULT.text(), "VAULT");
    }

    @ParameterizedTest
    @CsvSource({
        "KEY_BELONGS_TO_OTHER_TPM, tpm-keyring recover VAULT --user 1000 --reseal",
        "DOOR_CLOSED, tpm-keyring recover VAULT --user 1000",
        "UNEXPECTED_PCR_STATE, tpm-keyring explain VAULT --user 1000"
    })
    void rootIsToldTheCommandForTheVaultOfAnother(ErrorKind kind, String command) {
        assertThat(hint(kind, 0)).isEqualTo(command);
    }

    @Test
    void theOwnerIsToldItWithoutHisName() {
        assertThat(hint(ErrorKind.KEY_BELONGS_TO_OTHER_TPM, 1000)).isEqualTo("tpm-keyring recover VAULT --reseal");
    }
}
