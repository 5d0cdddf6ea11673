// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Protector;
import org.tpmkeyring.vault.Vault;

/** Replaces a vault's TPM protectors by sealings to the PCR values of now. */
final class Resealing {
    private final Vaults vaults;
    private final ProtectorMaker protectors;
    private final DoorRule door;
    private final ServiceSettings settings;

    Resealing(Vaults vaults, ProtectorMaker protectors, DoorRule door, ServiceSettings settings) {
        this.vaults = vaults;
        this.protectors = protectors;
        this.door = door;
        this.settings = settings;
    }

    /**
     * How to seal.
     *
     * @param pcrs another selection; empty: as it is
     * @param reopenable whether a boot vault is to be; empty: as it is
     */
    record Wish(Optional<PcrSelection> pcrs, boolean allowUnmeasured, Optional<Boolean> reopenable) {}

    /**
     * Refuses what {@link #reseal} would refuse, so that nobody is asked for a recovery key in vain.
     *
     * @throws org.tpmkeyring.protocol.KeyringException TPM_UNAVAILABLE, NOT_SUPPORTED, PCR_BANK_EMPTY, BAD_ARGUMENT
     */
    void requirePossible(Vault vault, Wish wish) {
        protectors.requireSealable(sealings(vault, wish));
    }

    /**
     * Seals once for each PCR selection that the vault has, or once for the given one, and writes the vault.
     * A vault without TPM protector gets one.
     *
     * @param kek of the vault; stays the caller's
     * @return the new TPM protectors
     */
    List<ProtectorInfo> reseal(LoadedVault loaded, Kek kek, Wish wish) {
        List<Protector.Tpm2> sealed = sealings(loaded.vault(), wish).stream()
                .map(sealing -> protectors.tpm("", kek, sealing))
                .toList();
        Vault changed = vaults.change(
                        loaded.vault(), kek, before -> before.withProtectors(replaced(loaded.vault(), before, sealed)))
                .vault();
        return Protectors.tpm(changed).stream().map(Protectors::info).toList();
    }

    private List<Sealable> sealings(Vault vault, Wish wish) {
        return door.ofResealed(vault, wish.pcrs(), settings.defaultPcrs(), wish.reopenable()).stream()
                .map(pcrs -> new Sealable(pcrs, vault.when(), wish.allowUnmeasured()))
                .toList();
    }

    /** One that somebody added since the vault was read stays, unless a new sealing has its PCRs. */
    private static List<Protector> replaced(Vault seen, Vault before, List<Protector.Tpm2> sealed) {
        Set<PcrSelection> anew = sealed.stream().map(Resealing::selection).collect(Collectors.toSet());
        List<Protector> numbered = new ArrayList<>(before.protectors());
        sealed.forEach(protector -> numbered.add(Protectors.numbered(protector, numbered)));
        Protectors.tpm(before).stream()
                .filter(old -> seen.protectors().contains(old) || anew.contains(selection(old)))
                .forEach(numbered::remove);
        return numbered;
    }

    private static PcrSelection selection(Protector.Tpm2 protector) {
        return protector.sealed().values().selection();
    }
}
