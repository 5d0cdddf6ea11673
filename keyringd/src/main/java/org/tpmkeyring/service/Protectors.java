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

    /** Whether a password may open it. */
    static boolean takesPassword(Vault vault) {
        return vault.protectors().size() > tpm(vault).size() + recovery(vault).size();
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

    /** The same sealing under the next free id of the list. */
    static Protector.Tpm2 numbered(Protector.Tpm2 protector, List<Protector> among) {
        return new Protector.Tpm2("tpm2-" + nextNumber(among), protector.created(), protector.sealed());
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
            return new ProtectorInfo(tpm.id(), ProtectorType.TPM2, Optional.of(pcrs), tpm.created());
        }
        return new ProtectorInfo(protector.id(), ProtectorType.RECOVERY, Optional.empty(), protector.created());
    }
}
