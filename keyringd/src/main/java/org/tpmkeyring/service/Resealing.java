// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.secret.SecretBuffer;
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
     * What became of the TPM protectors.
     *
     * @param resealed the new ones
     * @param kept those with a PIN that nobody gave, as they were
     */
    record Outcome(List<ProtectorInfo> resealed, List<ProtectorInfo> kept) {}

    /**
     * Seals once for each PCR selection that the vault has, or once for the given one, and writes the vault.
     * A vault without TPM protector gets one. The sealing to a PIN takes the PIN: the one that the vault was opened
     * with, or one that is asked for where the vault has a single protector of that kind. What nobody gives a PIN for
     * stays as it was.
     *
     * @param opened the vault; stays the caller's
     */
    Outcome reseal(LoadedVault loaded, VaultOpener.Opened opened, Wish wish, SecretDialogue secrets) {
        Vault vault = loaded.vault();
        List<Protector> gone = new ArrayList<>(Protectors.plain(vault));
        List<Protector> sealed = new ArrayList<>();
        plainSealings(vault, wish).forEach(sealing -> sealed.add(protectors.tpm("", opened.kek(), sealing)));
        Optional<Protector.Tpm2> withPin = withPin(vault, opened);
        withPin.flatMap(old -> resealed(vault, old, opened, wish, secrets)).ifPresent(made -> {
            gone.add(withPin.get());
            sealed.add(made);
        });
        Vault changed = vaults.change(
                        vault, opened.kek(), before -> before.withProtectors(replaced(gone, before, sealed)))
                .vault();
        Predicate<Protector.Tpm2> keeps = protector -> vault.protectors().contains(protector);
        return new Outcome(infos(changed, keeps.negate()), infos(changed, keeps));
    }

    private static List<ProtectorInfo> infos(Vault vault, Predicate<Protector.Tpm2> which) {
        return Protectors.tpm(vault).stream()
                .filter(which)
                .map(Protectors::info)
                .toList();
    }

    /** The protector whose PIN is known, or may be asked for: with several nobody could tell which PIN is meant. */
    private static Optional<Protector.Tpm2> withPin(Vault vault, VaultOpener.Opened opened) {
        List<Protector.Tpm2> pins = Protectors.pins(vault);
        return pins.stream()
                .filter(protector -> protector.id().equals(opened.protector()))
                .findFirst()
                .or(() -> pins.size() == 1 ? Optional.of(pins.get(0)) : Optional.empty());
    }

    private Optional<Protector> resealed(
            Vault vault, Protector.Tpm2 old, VaultOpener.Opened opened, Wish wish, SecretDialogue secrets) {
        Sealable sealing = sealings(vault.withProtectors(List.of(old)), wish).get(0);
        if (opened.password().isPresent() && old.id().equals(opened.protector())) {
            return Optional.of(protectors.pin(
                    vault.id(), opened.kek(), sealing, opened.password().get()));
        }
        Optional<SecretBuffer> asked = Password.ifAny(secrets, Password.NEW_PIN);
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        try (SecretBuffer pin = asked.get()) {
            return Optional.of(protectors.pin(vault.id(), opened.kek(), sealing, pin));
        }
    }

    /** A vault that only opens with a PIN gets no sealing without one. */
    private List<Sealable> plainSealings(Vault vault, Wish wish) {
        List<Protector.Tpm2> plain = Protectors.plain(vault);
        return plain.isEmpty() && !Protectors.pins(vault).isEmpty()
                ? List.of()
                : sealings(vault.withProtectors(List.copyOf(plain)), wish);
    }

    private List<Sealable> sealings(Vault vault, Wish wish) {
        return door.ofResealed(vault, wish.pcrs(), settings.defaultPcrs(), wish.reopenable()).stream()
                .map(pcrs -> new Sealable(pcrs, vault.when(), wish.allowUnmeasured()))
                .toList();
    }

    /** One that somebody added since the vault was read stays, unless a new sealing has its PCRs. */
    private static List<Protector> replaced(List<Protector> gone, Vault before, List<Protector> sealed) {
        Set<PcrSelection> anew = sealed.stream()
                .filter(protector -> !Protectors.takesPassword(protector))
                .map(Resealing::selection)
                .collect(Collectors.toSet());
        List<Protector> numbered = new ArrayList<>(before.protectors());
        sealed.forEach(protector -> numbered.add(Protectors.numbered(protector, numbered)));
        numbered.removeAll(gone);
        Protectors.plain(before).stream()
                .filter(old -> anew.contains(selection(old)))
                .forEach(numbered::remove);
        return numbered;
    }

    private static PcrSelection selection(Protector protector) {
        return ((Protector.Tpm2) protector).sealed().values().selection();
    }
}
