// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tpmkeyring.protocol.Ambiguous;
import org.tpmkeyring.protocol.api.Check;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.tpm.PcrValues;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Protector;
import org.tpmkeyring.vault.Vault;

/** What the doctor asks of vaults: usable files, a recovery key for each, this TPM's sealing, PCRs that match. */
final class VaultChecks {
    private static final System.Logger LOG = System.getLogger(VaultChecks.class.getName());
    private static final String FOREIGN = " was sealed by another TPM, or this TPM was cleared since";

    private final Vaults vaults;
    private final Tpm tpm;
    private final Door door;
    private final InstantSource clock;

    VaultChecks(Vaults vaults, Tpm tpm, Door door, InstantSource clock) {
        this.vaults = vaults;
        this.tpm = tpm;
        this.door = door;
        this.clock = clock;
    }

    /**
     * A vault, and whether this TPM has the key that it is sealed under.
     *
     * @param own whether it has that of at least one TPM protector, or there is none
     * @param known whether that is known
     */
    private record Sealed(Vault vault, boolean own, boolean known) {
        boolean isForeign() {
            return known && !own;
        }
    }

    List<Check> run(List<Long> owners) {
        List<Vault> sound = owners.stream()
                .flatMap(owner -> vaults.sound(owner).stream())
                .map(LoadedVault::vault)
                .toList();
        List<Check> checks = new ArrayList<>();
        List<Check> files = new ArrayList<>(damage(owners));
        files.addAll(sameNames(sound));
        checks.addAll(orOk(files, "vault-files", wellDone(sound.size())));
        checks.addAll(orOk(withoutRecovery(sound), "recovery-keys", "every vault has a recovery key"));
        List<Sealed> sealed = sound.stream().map(this::sealed).toList();
        checks.addAll(sealedHere(sealed));
        List<Vault> own = sealed.stream()
                .filter(vault -> !vault.isForeign())
                .map(Sealed::vault)
                .toList();
        checks.addAll(orOk(mismatches(own), "pcr-match", "the PCRs match every vault that is bound to them"));
        newest(sound).map(this::clock).ifPresent(checks::add);
        return checks;
    }

    private static Optional<Vault> newest(List<Vault> sound) {
        return sound.stream().max(Comparator.comparingLong(Vault::created));
    }

    /** A machine whose clock was reset takes certificates, logs and backups for what they are not. */
    private Check clock(Vault newest) {
        long now = clock.instant().getEpochSecond();
        return now < newest.created()
                ? Checks.warning(
                        "clock",
                        "this machine's clock says " + LocalTimes.of(now) + ", and " + which(newest)
                                + " was made later, at " + LocalTimes.of(newest.created())
                                + ": the clock was reset or set back",
                        "timedatectl")
                : Checks.ok("clock", "this machine's clock is not behind the vaults");
    }

    private static String wellDone(int vaults) {
        return vaults == 0 ? "there are no vaults yet" : vaults + (vaults == 1 ? " vault" : " vaults") + ", all usable";
    }

    private List<Check> damage(List<Long> owners) {
        return owners.stream()
                .flatMap(owner -> vaults.damaged(owner).stream())
                .map(damaged -> Checks.problem(
                        "vault-files",
                        damaged.reason().sentence(),
                        damaged.reason().hint() + whose(damaged.owner())))
                .toList();
    }

    /** What only a backup that was put back brings about. */
    private static List<Check> sameNames(List<Vault> sound) {
        Map<Long, Map<VaultName, List<String>>> ids = new TreeMap<>();
        sound.forEach(vault -> ids.computeIfAbsent(vault.owner(), owner -> new LinkedHashMap<>())
                .computeIfAbsent(vault.name(), name -> new ArrayList<>())
                .add(vault.id().text()));
        List<Check> shared = new ArrayList<>();
        ids.forEach((owner, names) -> names.forEach((name, vaults) -> {
            if (vaults.size() > 1) {
                shared.add(Checks.problem(
                        "vault-files",
                        "of uid " + owner + ", " + Ambiguous.vaultsInWords(name.text(), vaults),
                        Ambiguous.vault(name.text(), vaults).hint() + whose(owner)));
            }
        }));
        return shared;
    }

    private static List<Check> withoutRecovery(List<Vault> sound) {
        return sound.stream()
                .filter(vault -> Protectors.recovery(vault).isEmpty())
                .map(vault -> Checks.warning(
                        "recovery-keys",
                        which(vault) + " has no recovery key, it is lost with the TPM or a firmware update",
                        "tpm-keyring protector add --vault " + vault.name() + " recovery" + whose(vault.owner())))
                .toList();
    }

    /** A TPM that does not answer is told elsewhere; what it would say is not known. */
    private Sealed sealed(Vault vault) {
        List<Protector.Tpm2> sealings = Protectors.tpm(vault);
        boolean own = sealings.isEmpty();
        boolean known = true;
        for (Protector.Tpm2 protector : sealings) {
            try {
                own = own || tpm.hasParentOf(protector.sealed());
            } catch (TpmException e) {
                LOG.log(System.Logger.Level.DEBUG, "whether this TPM sealed a vault is not known", e);
                known = false;
            }
        }
        return new Sealed(vault, own, known || own);
    }

    private static List<Check> sealedHere(List<Sealed> sealed) {
        List<Check> foreign = told(
                sealed.stream().filter(Sealed::isForeign).map(Sealed::vault).toList());
        return sealed.stream().allMatch(Sealed::known)
                ? orOk(foreign, "sealed-here", "this TPM has the key that the vaults are sealed under")
                : foreign;
    }

    private static List<Check> told(List<Vault> foreign) {
        return foreign.stream()
                .map(vault -> Protectors.recovery(vault).isEmpty()
                        ? Checks.problem(
                                "sealed-here",
                                which(vault) + FOREIGN + ", and it has no recovery key: only the TPM that sealed it"
                                        + " opens it",
                                "tpm-keyring tpm info")
                        : Checks.problem(
                                "sealed-here",
                                which(vault) + FOREIGN + ": its recovery key opens it and seals it to this TPM",
                                "tpm-keyring recover " + vault.name() + " --reseal" + whose(vault.owner())))
                .toList();
    }

    private List<Check> mismatches(List<Vault> sound) {
        return sound.stream()
                .flatMap(vault -> mismatch(vault).stream()
                        .map(reason -> Checks.warning(
                                "pcr-match",
                                which(vault) + " would stay locked: " + reason,
                                "tpm-keyring explain " + vault.name() + whose(vault.owner()))))
                .toList();
    }

    /** The first protector's reason; empty when one of them matches, but for the door, or there is none. */
    private Optional<String> mismatch(Vault vault) {
        List<Optional<String>> reasons =
                Protectors.tpm(vault).stream().map(this::reason).toList();
        return reasons.stream().anyMatch(Optional::isEmpty)
                ? Optional.empty()
                : reasons.stream().findFirst().orElse(Optional.empty());
    }

    private Optional<String> reason(Protector.Tpm2 protector) {
        PcrValues sealed = protector.sealed().values();
        try {
            PcrValues now = tpm.readPcrs(sealed.selection());
            return door.shuts(sealed, now)
                    ? Optional.empty()
                    : door.compare(sealed, Optional.of(now)).inWords();
        } catch (TpmException e) {
            return Optional.of(TpmRefusals.refusal(e).sentence());
        }
    }

    private static List<Check> orOk(List<Check> findings, String name, String allWell) {
        return findings.isEmpty() ? List.of(Checks.ok(name, allWell)) : findings;
    }

    /** It is root who asks: without this a command would be about a vault of his. */
    private static String whose(long owner) {
        return owner == 0 ? "" : " --user " + owner;
    }

    private static String which(Vault vault) {
        return "vault '" + vault.name() + "' of uid " + vault.owner();
    }
}
