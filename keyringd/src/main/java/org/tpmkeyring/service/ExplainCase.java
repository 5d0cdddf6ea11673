// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Explain;
import org.tpmkeyring.protocol.api.PcrChange;
import org.tpmkeyring.tpm.PcrValues;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Protector;
import org.tpmkeyring.vault.Vault;

/** Tells why a vault opens or stays locked. A TPM that does not answer is part of the answer, no error. */
final class ExplainCase implements Handler<Explain.Request, Explain.Reply> {
    private final Vaults vaults;
    private final VaultInfos infos;
    private final Tpm tpm;
    private final Door door;

    ExplainCase(Vaults vaults, VaultInfos infos, Tpm tpm, Door door) {
        this.vaults = vaults;
        this.infos = infos;
        this.tpm = tpm;
        this.door = door;
    }

    /**
     * What was found for one TPM protector.
     *
     * @param foreign whether this TPM does not have the key that it was sealed under
     * @param shut whether nothing but the door keeps it from opening
     * @param pin whether it takes a PIN besides
     */
    private record Finding(
            PcrComparison comparison, boolean foreign, boolean shut, Optional<String> tpmRefusal, boolean pin) {
        boolean opens() {
            return tpmRefusal.isEmpty() && !foreign && comparison.allMatch();
        }

        String reason() {
            return tpmRefusal.or(comparison::inWords).orElse("");
        }
    }

    @Override
    public Explain.Reply handle(Call<Explain.Request> call) {
        LoadedVault loaded = vaults.require(call.owner(), call.request().vault());
        Vault vault = loaded.vault();
        List<Finding> findings =
                Protectors.tpm(vault).stream().map(this::compare).toList();
        Set<PcrChange> pcrs = new LinkedHashSet<>();
        findings.forEach(finding -> pcrs.addAll(finding.comparison().changes()));
        boolean wouldOpen = findings.stream().anyMatch(Finding::opens)
                || !Protectors.passphrases(vault).isEmpty();
        return new Explain.Reply(
                infos.of(loaded),
                wouldOpen,
                verdict(vault, findings, wouldOpen),
                List.copyOf(pcrs),
                advice(vault, findings, wouldOpen, call.peerUid()));
    }

    private Finding compare(Protector.Tpm2 protector) {
        PcrValues sealed = protector.sealed().values();
        try {
            PcrValues now = tpm.readPcrs(sealed.selection());
            boolean foreign = !tpm.hasParentOf(protector.sealed());
            return new Finding(
                    door.compare(sealed, Optional.of(now)),
                    foreign,
                    !foreign && door.shuts(sealed, now),
                    Optional.empty(),
                    protector.pin().isPresent());
        } catch (TpmException e) {
            String refusal = TpmRefusals.refusal(e).sentence();
            return new Finding(
                    door.compare(sealed, Optional.empty()),
                    false,
                    false,
                    Optional.of(refusal),
                    protector.pin().isPresent());
        }
    }

    private String verdict(Vault vault, List<Finding> findings, boolean wouldOpen) {
        boolean byPassphrase = !Protectors.passphrases(vault).isEmpty();
        if (findings.isEmpty()) {
            return "vault '" + vault.name() + "' has no TPM protector, "
                    + (byPassphrase ? "its passphrase opens it" : "only a recovery key opens it");
        }
        List<Finding> opening = findings.stream().filter(Finding::opens).toList();
        if (!opening.isEmpty()) {
            return "the PCRs are as they were when vault '" + vault.name() + "' was sealed, so the TPM opens it"
                    + (opening.stream().allMatch(Finding::pin) ? " with its PIN" : "");
        }
        String locked = shutOrLocked(vault, findings);
        return wouldOpen ? locked + "; its passphrase opens it" : locked;
    }

    private String shutOrLocked(Vault vault, List<Finding> findings) {
        if (findings.stream().anyMatch(Finding::shut)) {
            String when = door.info()
                    .since()
                    .map(seconds -> " at " + LocalTimes.of(seconds))
                    .orElse("");
            return "the door was closed" + when + ": PCR " + door.rule().pcr().orElseThrow()
                    + " was extended, and vault '" + vault.name() + "' opens again at the next boot";
        }
        if (findings.stream().allMatch(Finding::foreign)) {
            return KeyringException.of(ErrorKind.KEY_BELONGS_TO_OTHER_TPM)
                    .with("vault", vault.name())
                    .build()
                    .sentence();
        }
        Finding telling = findings.stream()
                .filter(finding -> !finding.foreign())
                .findFirst()
                .orElseThrow();
        return "vault '" + vault.name() + "' stays locked: " + telling.reason();
    }

    private static List<String> advice(Vault vault, List<Finding> findings, boolean wouldOpen, long peerUid) {
        if (wouldOpen) {
            return List.of("tpm-keyring unlock " + Owners.argument(vault.name().text(), vault.owner(), peerUid));
        }
        Optional<String> recover = Protectors.recoverCommand(vault, peerUid);
        boolean tpmRefuses =
                findings.stream().anyMatch(finding -> finding.tpmRefusal().isPresent());
        if (findings.stream().anyMatch(Finding::shut)) {
            return Stream.concat(recover.stream(), Stream.of("systemctl reboot"))
                    .toList();
        }
        List<String> advice = new ArrayList<>();
        if (tpmRefuses) {
            advice.add("tpm-keyring doctor");
        }
        recover.ifPresent(command -> advice.add(command + (tpmRefuses ? "" : " --reseal")));
        if (!tpmRefuses) {
            advice.add(findings.stream().anyMatch(Finding::foreign) ? "tpm-keyring tpm info" : "tpm-keyring tpm pcrs");
        }
        return advice;
    }
}
