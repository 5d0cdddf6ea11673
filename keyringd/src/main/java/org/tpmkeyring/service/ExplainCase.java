// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    ExplainCase(Vaults vaults, VaultInfos infos, Tpm tpm) {
        this.vaults = vaults;
        this.infos = infos;
        this.tpm = tpm;
    }

    /** What was found for one TPM protector. */
    private record Finding(PcrComparison comparison, Optional<String> tpmRefusal) {
        boolean opens() {
            return tpmRefusal.isEmpty() && comparison.allMatch();
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
        boolean wouldOpen = findings.stream().anyMatch(Finding::opens);
        return new Explain.Reply(
                infos.of(loaded),
                wouldOpen,
                verdict(vault, findings, wouldOpen),
                List.copyOf(pcrs),
                advice(vault, findings, wouldOpen));
    }

    private Finding compare(Protector.Tpm2 protector) {
        PcrValues sealed = protector.sealed().values();
        try {
            PcrValues now = tpm.readPcrs(sealed.selection());
            return new Finding(PcrComparison.of(sealed, Optional.of(now)), Optional.empty());
        } catch (TpmException e) {
            String refusal = TpmRefusals.refusal(e).sentence();
            return new Finding(PcrComparison.of(sealed, Optional.empty()), Optional.of(refusal));
        }
    }

    private static String verdict(Vault vault, List<Finding> findings, boolean wouldOpen) {
        if (findings.isEmpty()) {
            return "vault '" + vault.name() + "' has no TPM protector, only a recovery key opens it";
        }
        if (wouldOpen) {
            return "the PCRs are as they were when vault '" + vault.name() + "' was sealed, so the TPM opens it";
        }
        return "vault '" + vault.name() + "' stays locked: " + findings.get(0).reason();
    }

    private static List<String> advice(Vault vault, List<Finding> findings, boolean wouldOpen) {
        if (wouldOpen) {
            return List.of("tpm-keyring unlock " + vault.name());
        }
        boolean recoverable = !Protectors.recovery(vault).isEmpty();
        boolean tpmRefuses =
                findings.stream().anyMatch(finding -> finding.tpmRefusal().isPresent());
        List<String> advice = new ArrayList<>();
        if (tpmRefuses) {
            advice.add("tpm-keyring doctor");
        }
        if (recoverable) {
            advice.add("tpm-keyring recover " + vault.name() + (tpmRefuses ? "" : " --reseal"));
        }
        if (!tpmRefuses) {
            advice.add("tpm-keyring tpm pcrs");
        }
        return advice;
    }
}
