// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.ArrayList;
import java.util.List;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Times;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.api.Alarm;
import org.tpmkeyring.protocol.api.DoorState;
import org.tpmkeyring.protocol.api.ProtectorType;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.TpmState;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;

/** What in a status needs a person, each with the next command to type. */
final class StatusProblems {
    private final List<String> lines = new ArrayList<>();

    private final long uid;

    private StatusProblems(long uid) {
        this.uid = uid;
    }

    /**
     * @param uid who asked; the vaults of others need their name in a command
     */
    static StatusProblems of(Status.Reply reply, long uid) {
        StatusProblems problems = new StatusProblems(uid);
        if (reply.tpmState() == TpmState.UNAVAILABLE) {
            problems.add("the TPM cannot be used", "tpm-keyring doctor");
        }
        if (reply.tpmState() == TpmState.LOCKOUT) {
            problems.add("the TPM is in lockout after too many wrong authorisations", "tpm-keyring tpm info");
        }
        if (reply.door().state() == DoorState.INTERRUPTED) {
            problems.add("closing the door was interrupted, vaults for boot may still be open", "tpm-keyring close");
        }
        reply.alarms().forEach(problems::alarm);
        reply.vaults().forEach(problems::vault);
        return problems;
    }

    private void alarm(Alarm alarm) {
        add(
                "ALARM " + Times.of(alarm.when()) + ": " + SafeText.of(alarm.text()),
                "tpm-keyring volume check " + SafeText.of(alarm.volume()));
    }

    private void vault(VaultInfo vault) {
        String name = "vault '" + SafeText.of(vault.name()) + "'";
        String whose = vault.owner() == uid ? "" : " --user " + vault.owner();
        if (vault.damage().isPresent()) {
            add(
                    name + " is damaged: " + SafeText.of(vault.damage().get()),
                    "tpm-keyring vault restore " + SafeText.of(vault.name()) + whose);
            return;
        }
        if (vault.door() == VaultDoor.SHUT && vault.delivered() < vault.keys()) {
            add(
                    name + " was shut at the end of boot with keys locked in it",
                    "tpm-keyring recover " + SafeText.of(vault.name()) + whose);
        }
        if (vault.keys() > 0 && !Words.has(vault, ProtectorType.RECOVERY)) {
            add(
                    name + " has no recovery key: if the TPM ever refuses, its keys are lost",
                    "tpm-keyring protector add recovery --vault " + SafeText.of(vault.name()) + whose);
        }
        if (vault.keys() > 0 && !Words.has(vault, ProtectorType.TPM2)) {
            add(
                    name + " is opened by its recovery key only",
                    "tpm-keyring protector add tpm2 --vault " + SafeText.of(vault.name()) + whose);
        }
    }

    private void add(String problem, String command) {
        lines.add("- " + problem);
        lines.add("  " + command);
    }

    void tell(Output output) {
        if (lines.isEmpty()) {
            return;
        }
        output.line("");
        output.line(output.style().care("Needs you:"));
        lines.forEach(output::line);
    }
}
