// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.tpmkeyring.cli.client.DaemonClient;
import org.tpmkeyring.cli.doctor.ArchiveCheck;
import org.tpmkeyring.cli.doctor.BootEnd;
import org.tpmkeyring.cli.doctor.Consumers;
import org.tpmkeyring.cli.doctor.DeviceCheck;
import org.tpmkeyring.cli.doctor.Findings;
import org.tpmkeyring.cli.doctor.KernelCheck;
import org.tpmkeyring.cli.doctor.KeyringLinkCheck;
import org.tpmkeyring.cli.doctor.Machine;
import org.tpmkeyring.cli.doctor.ModuleCheck;
import org.tpmkeyring.cli.doctor.PamCheck;
import org.tpmkeyring.cli.doctor.PlaceCheck;
import org.tpmkeyring.cli.doctor.QuotaCheck;
import org.tpmkeyring.cli.doctor.TrousersCheck;
import org.tpmkeyring.cli.doctor.UnitCheck;
import org.tpmkeyring.cli.doctor.Units;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.cli.output.Wrap;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Check;
import org.tpmkeyring.protocol.api.Diagnose;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;
import picocli.CommandLine.Command;

/** {@code tpm-keyring doctor}. */
@Command(
        name = "doctor",
        header = "Check daemon, TPM, kernel and session, and say what to do.",
        description = "Looks at this machine and session itself and asks keyringd what it finds; changes nothing. The"
                + " exit status is 1 when there is a problem; warnings and notes leave it 0.",
        footer = {"", "Example:", "  sudo tpm-keyring doctor"})
public final class DoctorCommand extends DaemonCommand {
    private static final int VERDICT_WIDTH = 9;
    private static final int NAME_WIDTH = 18;

    @Override
    public Integer call() {
        Findings findings = new Findings();
        Optional<Status.Reply> status = daemon(findings);
        Machine machine = new Machine(host().root());
        DeviceCheck.run(machine, status.map(DoctorCommand::usesOwnTpm).orElse(true), findings);
        TrousersCheck.run(machine, findings);
        KernelCheck.run(machine, findings);
        long uid = host().onDemand().uid();
        QuotaCheck.run(machine, uid == 0 ? List.of(0L) : List.of(0L, uid), findings);
        KeyringLinkCheck.run(uid, KeyringLinkCheck.show(host().environment()), findings);
        PamCheck.run(machine, status.filter(DoctorCommand::hasLoginVault).isPresent(), findings);
        ArchiveCheck.run(System.getProperty("java.class.path"), System.getProperty("java.runtime.version"), findings);
        if (status.isPresent()) {
            boot(machine, status.get(), findings);
            askDaemon(findings);
        }
        return tell(new Diagnose.Reply(findings.all()));
    }

    private Optional<Status.Reply> daemon(Findings findings) {
        DaemonClient client = client();
        try {
            Status.Reply reply = client.call(Status.METHOD, new Status.Request(Optional.empty()));
            findings.ok("daemon", "keyringd " + reply.version() + " answers at " + client.socket());
            return Optional.of(reply);
        } catch (KeyringException e) {
            findings.problem("daemon", e.sentence(), e.hint());
            return Optional.empty();
        }
    }

    /** What is opened and mounted at boot is root's, and so is looking after it. */
    private void boot(Machine machine, Status.Reply status, Findings findings) {
        if (host().onDemand().uid() != 0) {
            return;
        }
        try {
            Consumers consumers = BootSide.consumers(client(), host().environment(), host().root());
            BootEnd bootEnd = new BootEnd(machine, host().environment(), status);
            UnitCheck.run(Units.ask(machine, host().environment()), consumers, bootEnd, findings);
            consumers.check(findings);
            Set<TargetType> targets =
                    consumers.keys().stream().map(KeyInfo::target).collect(Collectors.toSet());
            ModuleCheck.run(machine, targets, findings);
            PlaceCheck.run(machine, Path.of(status.stateDirectory()), consumers, findings);
        } catch (KeyringException e) {
            findings.warning("boot", "what is opened at boot was not looked at: " + e.sentence(), e.hint());
        }
    }

    private void askDaemon(Findings findings) {
        try {
            findings.addAll(
                    client().call(Diagnose.METHOD, new Diagnose.Request()).checks());
        } catch (KeyringException e) {
            findings.warning("daemon-checks", e.sentence(), "sudo tpm-keyring doctor");
        }
    }

    private static boolean hasLoginVault(Status.Reply status) {
        return status.vaults().stream().anyMatch(vault -> vault.when() == When.LOGIN);
    }

    private static boolean usesOwnTpm(Status.Reply status) {
        return status.tpmDevice().startsWith("device:");
    }

    private int tell(Diagnose.Reply found) {
        Output output = output();
        boolean json = output.json(found);
        int columns = host().outIsTerminal() ? host().terminal().columns() : Integer.MAX_VALUE;
        int problems = 0;
        int warnings = 0;
        for (Check check : found.checks()) {
            problems += check.verdict() == Check.Verdict.PROBLEM ? 1 : 0;
            warnings += check.verdict() == Check.Verdict.WARNING ? 1 : 0;
            if (!json && !(output.quiet() && check.verdict() == Check.Verdict.OK)) {
                line(output, check, columns);
            }
        }
        if (!json) {
            output.done("");
            output.done(
                    problems + warnings == 0
                            ? "all is well"
                            : Words.count(problems, "problem") + ", " + Words.count(warnings, "warning"));
        }
        return problems == 0 ? DONE : ErrorKind.UNEXPECTED.exitCode();
    }

    private static void line(Output output, Check check, int columns) {
        String word = Words.of(check.verdict());
        String painted = switch (check.verdict()) {
            case OK -> output.style().good(word);
            case NOTE -> word;
            case WARNING -> output.style().care(word);
            case PROBLEM -> output.style().bad(word);
        };
        String name = SafeText.of(check.name());
        String start = painted
                + " ".repeat(VERDICT_WIDTH - word.length())
                + name
                + " ".repeat(Math.max(1, NAME_WIDTH - name.length()));
        String indent = " ".repeat(VERDICT_WIDTH + NAME_WIDTH);
        for (String line : Wrap.lines(SafeText.of(check.finding()), columns - indent.length())) {
            output.line(start + line);
            start = indent;
        }
        if (check.advice().isPresent()) {
            output.line(indent + SafeText.of(check.advice().get()));
        }
    }
}
