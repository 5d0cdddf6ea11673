// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Vault;
import org.tpmkeyring.vault.VaultRepository.Damaged;
import org.tpmkeyring.vault.VaultRepository.Listed;
import org.tpmkeyring.vault.VaultRepository.Sound;

/** Vaults as they are listed. */
final class VaultInfos {
    private final Vaults vaults;
    private final KeyStates states;
    private final Door door;

    VaultInfos(Vaults vaults, KeyStates states, Door door) {
        this.vaults = vaults;
        this.states = states;
        this.door = door;
    }

    /** All of an owner's vaults: the sound ones by name, then the damaged ones. */
    List<VaultInfo> all(long owner) {
        return vaults.list(owner).stream()
                .map(listed -> of(owner, listed))
                .sorted(java.util.Comparator.comparing(
                                (VaultInfo info) -> info.damage().isPresent())
                        .thenComparing(VaultInfo::name))
                .toList();
    }

    VaultInfo of(LoadedVault loaded) {
        Vault vault = loaded.vault();
        return new VaultInfo(
                vault.name().text(),
                vault.id().text(),
                vault.owner(),
                vault.when(),
                vault.keys().size(),
                states.delivered(vault),
                vault.protectors().stream().map(Protectors::info).toList(),
                vaults.isVerified(loaded),
                Optional.empty(),
                door.of(vault));
    }

    private VaultInfo of(long owner, Listed listed) {
        if (listed instanceof Sound sound) {
            return of(sound.loaded());
        }
        Damaged damaged = (Damaged) listed;
        String id = damaged.id().text();
        String damage = damaged.reason().sentence();
        return new VaultInfo(id, id, owner, When.MANUAL, 0, 0, List.of(), false, Optional.of(damage), VaultDoor.NONE);
    }
}
