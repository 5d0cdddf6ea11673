// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.api.ProtectorType;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.vault.Protector;
import org.tpmkeyring.vault.Vault;

/** Questions about the protectors of a vault. Pure. */
final class Protectors {
    private Protectors() {}

    static List<Protector.Tpm2> tpm(Vault vault) {
        return vault.protectors().stream()
                .filter(Protector.Tpm2.class::isInstance)
                .map(Protector.Tpm2.class::cast)
                .toList();
    }

    /** Those that the TPM opens without a person. */
    static List<Protector.Tpm2> plain(Vault vault) {
        return tpm(vault).stream()
                .filter(protector -> protector.pin().isEmpty())
                .toList();
    }

    /** Those that the TPM opens with a PIN. */
    static List<Protector.Tpm2> pins(Vault vault) {
        return tpm(vault).stream()
                .filter(protector -> protector.pin().isPresent())
                .toList();
    }

    static List<Protector.Passphrase> passphrases(Vault vault) {
        return vault.protectors().stream()
                .filter(Protector.Passphrase.class::isInstance)
                .map(Protector.Passphrase.class::cast)
                .toList();
    }

    /** Whether a protector has a PIN or is a passphrase. */
    static boolean takesPassword(Protector protector) {
        return protector instanceof Protector.Passphrase
                || (protector instanceof Protector.Tpm2 tpm2 && tpm2.pin().isPresent());
    }

    /** Those with a PIN or passphrase, in the order of the vault. */
    static List<Protector> takingPassword(Vault vault) {
        return vault.protectors().stream().filter(Protectors::takesPassword).toList();
    }

    static List<Protector.Recovery> recovery(Vault vault) {
        return vault.protectors().stream()
                .filter(Protector.Recovery.class::isInstance)
                .map(Protector.Recovery.class::cast)
                .toList();
    }

    /**
     * The command that opens a vault with its recovery key; empty where it has none.
     *
     * @param peerUid who would type it
     */
    static Optional<String> recoverCommand(Vault vault, long peerUid) {
        return recovery(vault).isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "tpm-keyring recover " + Owners.argument(vault.name().text(), vault.owner(), peerUid));
    }

    /** The PCR selections of the TPM protectors, each once. */
    static List<PcrSelection> selections(Vault vault) {
        return tpm(vault).stream()
                .map(protector -> protector.sealed().values().selection())
                .distinct()
                .toList();
    }

    static Optional<Protector> find(Vault vault, String id) {
        return vault.protectors().stream()
                .filter(protector -> protector.id().equals(id))
                .findFirst();
    }

    /** A number that none of these protectors has had: one above the highest. */
    static int nextNumber(List<Protector> protectors) {
        return 1
                + protectors.stream()
                        .map(protector ->
                                protector.id().substring(protector.id().lastIndexOf('-') + 1))
                        .mapToInt(Integer::parseInt)
                        .max()
                        .orElse(0);
    }

    /** The same protector, one that is not bound to its id, under the next free id of the list. */
    static Protector numbered(Protector protector, List<Protector> among) {
        String kind = protector instanceof Protector.Tpm2 ? "tpm2-" : "passphrase-";
        return protector.withId(kind + nextNumber(among));
    }

    /** All protectors of a list and one more. */
    static List<Protector> with(List<Protector> protectors, Protector added) {
        List<Protector> all = new ArrayList<>(protectors);
        all.add(added);
        return all;
    }

    static ProtectorInfo info(Protector protector) {
        if (protector instanceof Protector.Tpm2 tpm) {
            String pcrs = tpm.sealed().values().selection().toString();
            return new ProtectorInfo(
                    tpm.id(),
                    ProtectorType.TPM2,
                    Optional.of(pcrs),
                    tpm.created(),
                    tpm.pin().isPresent());
        }
        ProtectorType type =
                protector instanceof Protector.Passphrase ? ProtectorType.PASSPHRASE : ProtectorType.RECOVERY;
        return new ProtectorInfo(protector.id(), type, Optional.empty(), protector.created(), false);
    }
}
