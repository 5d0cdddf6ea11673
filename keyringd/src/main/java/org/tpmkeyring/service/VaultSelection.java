// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.VaultRepository.Damaged;

/**
 * The vaults that an unlock or lock is about. All are found before anything is done to one.
 *
 * @param sound in the order named, or by name
 * @param damaged those that {@code all} or {@code when} may have meant, and that cannot be used
 * @param single whether the caller meant one vault, so that its refusal is the call's
 */
record VaultSelection(List<LoadedVault> sound, List<Damaged> damaged, boolean single) {
    /**
     * @param names vault names or ids; empty for the default vault, or for all with {@code all} or {@code when}
     * @throws org.tpmkeyring.protocol.KeyringException BAD_NAME, NO_SUCH_VAULT or damage for a name;
     *     BAD_ARGUMENT for one that several have
     */
    static VaultSelection of(Vaults vaults, long owner, List<String> names, boolean all, Optional<When> when) {
        if (names.isEmpty() && (all || when.isPresent())) {
            List<LoadedVault> sound = vaults.sound(owner).stream()
                    .filter(loaded ->
                            when.isEmpty() || when.get() == loaded.vault().when())
                    .sorted(java.util.Comparator.comparing(
                            loaded -> loaded.vault().name().text()))
                    .toList();
            return new VaultSelection(sound, vaults.damaged(owner), false);
        }
        List<String> wanted = names.isEmpty() ? List.of(Vaults.DEFAULT_NAME) : names;
        List<LoadedVault> sound = wanted.stream()
                .distinct()
                .map(name -> vaults.require(owner, name))
                .toList();
        return new VaultSelection(sound, List.of(), sound.size() == 1);
    }
}
