// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Style;
import org.tpmkeyring.cli.output.Times;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.cli.output.Wrap;
import org.tpmkeyring.protocol.Ambiguous;
import org.tpmkeyring.protocol.api.Alarm;
import org.tpmkeyring.protocol.api.Check;
import org.tpmkeyring.protocol.api.DoorState;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.ProtectorType;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.TpmState;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;

/** What in a status needs a person, each with the next command to type. */
final class StatusProblems {
    private static final int MOST_BRIEF_LINES = 6;
    private static final String BULLET = "- ";
    private static final String INDENT = "  ";

    private final List<Problem> problems = new ArrayList<>();
    private final List<VaultInfo> vaults;
    private boolean unitsInOrder = true;

    private final long uid;

    private StatusProblems(List<VaultInfo> vaults, long uid) {
        this.vaults = vaults;
        this.uid = uid;
    }

    /**
     * @param uid who asked; the vaults of others need their name in a command
     * @param volumes keys of LUKS volumes; an alarm about another key is about a directory
     */
    static StatusProblems of(Status.Reply reply, long uid, Set<String> volumes) {
        StatusProblems problems = new StatusProblems(reply.vaults(), uid);
        if (reply.tpmState() == TpmState.UNAVAILABLE) {
            problems.add("the TPM cannot be used", "tpm-keyring doctor");
        }
        if (reply.tpmState() == TpmState.LOCKOUT) {
            problems.add("the TPM is in lockout after too many wrong authorisations", "tpm-keyring tpm info");
        }
        reply.alarms().forEach(alarm -> problems.alarm(alarm, volumes.contains(alarm.volume())));
        if (reply.door().state() == DoorState.INTERRUPTED) {
            problems.add("closing the door was interrupted, vaults for boot may still be open", "tpm-keyring close");
        }
        reply.vaults().forEach(problems::vault);
        reply.leaving().forEach(problems::leaving);
        return problems;
    }

    private void leaving(VaultOutcome vault) {
        vault.keys().stream()
                .filter(key -> key.result() == KeyResult.BUSY)
                .forEach(key -> add(
                        "vault '" + SafeText.of(vault.vault()) + "' stays open without a session: key '"
                                + SafeText.of(key.name()) + "': "
                                + SafeText.of(key.reason().orElse("files are open")),
                        SafeText.of(key.hint().orElse("tpm-keyring lock " + vault.vault()))));
    }

    private void alarm(Alarm alarm, boolean ofVolume) {
        add(
                "ALARM " + Times.of(alarm.when()) + ": " + SafeText.of(alarm.text()),
                (ofVolume ? "tpm-keyring volume check " : "tpm-keyring show ") + SafeText.of(alarm.volume()));
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
        List<String> same = sameName(vault);
        if (same.size() > 1 && same.get(0).equals(vault.id())) {
            add(
                    SafeText.of(Ambiguous.vaultsInWords(vault.name(), same)),
                    SafeText.of(Ambiguous.vault(vault.name(), same).hint()) + whose);
        }
        boolean others = vault.owner() != 0;
        if (vault.door() == VaultDoor.SHUT && vault.delivered() < vault.keys() && (others || uid != 0)) {
            shut(vault, whose);
        }
        if (vault.keys() > 0 && !Words.has(vault, ProtectorType.RECOVERY)) {
            add(
                    name + " has no recovery key: if the TPM ever refuses, its keys are lost",
                    "tpm-keyring protector add recovery --vault " + SafeText.of(vault.name()) + whose);
        }
        boolean recoveryOnly = !Words.has(vault, ProtectorType.TPM2) && !Words.has(vault, ProtectorType.PASSPHRASE);
        if (vault.keys() > 0 && recoveryOnly) {
            add(
                    name + " is opened by its recovery key only",
                    "tpm-keyring protector add tpm2 --vault " + SafeText.of(vault.name()) + whose);
        }
    }

    /** Ids of the owner's sound vaults of this name. */
    private List<String> sameName(VaultInfo vault) {
        return vaults.stream()
                .filter(other -> other.damage().isEmpty()
                        && other.owner() == vault.owner()
                        && other.name().equals(vault.name()))
                .map(VaultInfo::id)
                .toList();
    }

    /**
     * Tells of root's vaults that were shut with keys locked in them. One of ZFS is locked as it should be: it has left
     * at the end of boot.
     */
    void shut(List<KeyInfo> keys) {
        for (VaultInfo vault : vaults) {
            boolean locked = keys.stream()
                    .anyMatch(key -> key.vault().equals(vault.name())
                            && key.state() != KeyState.DELIVERED
                            && key.target() != TargetType.ZFS);
            if (vault.owner() == 0 && vault.door() == VaultDoor.SHUT && locked) {
                shut(vault, "");
            }
        }
    }

    private void shut(VaultInfo vault, String whose) {
        String name = SafeText.of(vault.name());
        add(
                "vault '" + name + "' was shut at the end of boot with keys locked in it",
                Words.has(vault, ProtectorType.RECOVERY) ? "tpm-keyring recover " + name + whose : "systemctl reboot");
    }

    /** Tells what the checks found, notes apart. */
    void findings(List<Check> checks) {
        for (Check check : checks) {
            if (check.verdict() == Check.Verdict.WARNING || check.verdict() == Check.Verdict.PROBLEM) {
                add(SafeText.of(check.finding()), SafeText.of(check.advice().orElse("tpm-keyring doctor")));
                unitsInOrder = unitsInOrder && !check.name().equals("units");
            }
        }
    }

    /** Whether no unit was found in trouble. */
    boolean unitsInOrder() {
        return unitsInOrder;
    }

    void add(String problem, String command) {
        problems.add(new Problem(problem, command));
    }

    /**
     * What is to be shown, with an empty line before it; nothing where all is well.
     *
     * @param columns width of the screen, which then is kept free of what is one too many; 0 where there is none
     */
    List<String> lines(Style style, int columns) {
        if (problems.isEmpty()) {
            return List.of();
        }
        List<String> told = new ArrayList<>();
        int shown = 0;
        while (shown < problems.size()) {
            List<String> next = problems.get(shown).lines(columns);
            if (columns > 0 && shown > 0 && told.size() + next.size() > MOST_BRIEF_LINES) {
                break;
            }
            told.addAll(next);
            shown++;
        }
        List<String> lines = new ArrayList<>(List.of("", style.care("Needs you:")));
        lines.addAll(told);
        if (shown < problems.size()) {
            lines.add("+ " + (problems.size() - shown) + " more: tpm-keyring status | less");
        }
        return lines;
    }

    /** A sentence and the next command, which stays in one line. */
    private record Problem(String text, String command) {
        List<String> lines(int columns) {
            List<String> lines = new ArrayList<>();
            for (String line : Wrap.lines(text, columns - INDENT.length())) {
                lines.add((lines.isEmpty() ? BULLET : INDENT) + line);
            }
            lines.add(INDENT + command);
            return lines;
        }
    }
}
