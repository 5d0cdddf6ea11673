// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.tpmkeyring.cli.client.DaemonClient;
import org.tpmkeyring.cli.doctor.BootEnd;
import org.tpmkeyring.cli.doctor.Consumers;
import org.tpmkeyring.cli.doctor.Findings;
import org.tpmkeyring.cli.doctor.Machine;
import org.tpmkeyring.cli.doctor.UnitCheck;
import org.tpmkeyring.cli.doctor.Units;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Style;
import org.tpmkeyring.cli.output.Table;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.TpmState;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.TargetType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tpm-keyring status}. */
@Command(
        name = "status",
        header = "Show daemon, TPM, vaults and what the boot opens on one screen.",
        description = "Does not touch the TPM, so it answers even while the TPM is busy or gone. For root: the vaults"
                + " of all users, volumes, mounts and units. What needs a person is told with the command to type; on a"
                + " terminal the rest is cut to the screen.",
        footer = {"", "Example:", "  tpm-keyring status --json=short | jq .tpmState"})
public final class StatusCommand extends DaemonCommand {
    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        Output output = output();
        DaemonClient client = client();
        Status.Reply reply = client.call(Status.METHOD, new Status.Request(owner.owner()));
        if (output.json(reply)) {
            return DONE;
        }
        StatusProblems problems = StatusProblems.of(reply, host().onDemand().uid(), volumes(client, reply));
        List<String> head = new ArrayList<>();
        head.add("Daemon  keyringd " + SafeText.of(reply.version()) + ", up " + Words.duration(reply.uptimeSeconds())
                + ", at " + SafeText.of(client.socket().toString()));
        head.addAll(tpm(output.style(), reply));
        head.add("State   " + SafeText.of(reply.stateDirectory()));
        head.add("Door    " + DoorLine.of(reply.door(), output.style()));
        if (!reply.sessions().isEmpty()) {
            head.add("Logins  " + new LoginLine(new UserNames(host().root())).of(reply.sessions()));
        }
        Optional<Screen.Part> storage = wholeMachine() ? machine(client, reply, head, problems) : Optional.empty();
        List<Screen.Part> parts = new ArrayList<>();
        if (reply.vaults().isEmpty()) {
            head.add("Vaults  none");
        } else {
            parts.add(part(
                    VaultTable.of(reply.vaults(), manyOwners(reply), output.style(), host().root()),
                    "tpm-keyring vault list" + (manyOwners(reply) ? " --all" : "")));
        }
        storage.ifPresent(parts::add);
        show(output, head, parts, problems.lines(output.style(), columns()));
        if (reply.vaults().isEmpty()) {
            output.hint("tpm-keyring add NAME --target ecryptfs --generate");
        }
        return DONE;
    }

    /** The keys of LUKS volumes, where that makes a difference. */
    private static Set<String> volumes(DaemonClient client, Status.Reply reply) {
        if (reply.alarms().isEmpty()) {
            return Set.of();
        }
        try {
            return client
                    .call(ListKeys.METHOD, new ListKeys.Request(Optional.of(0L), false, Optional.empty()))
                    .keys()
                    .stream()
                    .filter(key -> key.target() == TargetType.LUKS)
                    .map(KeyInfo::name)
                    .collect(Collectors.toSet());
        } catch (KeyringException unknown) {
            return Set.of();
        }
    }

    private boolean wholeMachine() {
        return host().onDemand().uid() == 0 && owner.owner().isEmpty();
    }

    /** A screen is filled and no more; what goes into a file or a mail is whole. */
    private void show(Output output, List<String> head, List<Screen.Part> parts, List<String> tail) {
        if (host().outIsTerminal()) {
            Screen.fit(head, parts, tail).forEach(output::line);
            return;
        }
        head.forEach(output::line);
        for (Screen.Part part : parts) {
            output.line("");
            part.lines().forEach(output::line);
        }
        tail.forEach(output::line);
    }

    private Screen.Part part(Table table, String rest) {
        return new Screen.Part(table.lines(outputOptions.choices().legend(), columns()), rest);
    }

    /** Of the screen; 0 where there is none. */
    private int columns() {
        return host().outIsTerminal() ? host().terminal().columns() : 0;
    }

    /** What the boot opens and mounts, and the units that do it. */
    private Optional<Screen.Part> machine(
            DaemonClient client, Status.Reply reply, List<String> head, StatusProblems problems) {
        try {
            Consumers consumers = BootSide.consumers(client, host().environment(), host().root());
            Machine machine = new Machine(host().root());
            Optional<Units> units = Units.ask(machine, host().environment());
            Findings findings = new Findings();
            if (units.isPresent()) {
                BootEnd bootEnd = new BootEnd(machine, host().environment(), reply);
                UnitCheck.run(units, consumers, bootEnd, findings);
            }
            consumers.check(findings);
            problems.findings(findings.all());
            problems.shut(consumers.keys());
            head.add("Units   "
                    + units.map(all -> problems.unitsInOrder()
                                    ? "as they should be"
                                    : output().style().bad("trouble"))
                            .orElse("not looked at, systemd does not run or does not answer"));
            StorageTable storage = new StorageTable(host().root(), consumers, units);
            return storage.empty()
                    ? Optional.empty()
                    : Optional.of(part(storage.table(output().style()), "tpm-keyring doctor"));
        } catch (KeyringException e) {
            problems.add("what is opened at boot is not known: " + SafeText.of(e.sentence()), SafeText.of(e.hint()));
            return Optional.empty();
        }
    }

    private static List<String> tpm(Style style, Status.Reply reply) {
        String state = Words.of(reply.tpmState());
        String painted = switch (reply.tpmState()) {
            case READY -> style.good(state);
            case UNTRIED -> "not asked yet";
            case UNAVAILABLE -> style.bad(state);
            case LOCKOUT -> style.bad("in lockout");
        };
        boolean known =
                reply.tpmState() != TpmState.UNTRIED && !reply.tpmDetail().isEmpty();
        String detail = known ? " (" + SafeText.of(reply.tpmDetail()) + ")" : "";
        List<String> lines = new ArrayList<>();
        lines.add("TPM     " + painted + detail + ", at " + SafeText.of(reply.tpmDevice()));
        if (reply.softwareTpm()) {
            lines.add("        " + style.bad("SOFTWARE TPM") + ": for trying out only, it protects nothing");
        }
        return lines;
    }

    private static boolean manyOwners(Status.Reply reply) {
        long first = reply.vaults().get(0).owner();
        for (VaultInfo vault : reply.vaults()) {
            if (vault.owner() != first) {
                return true;
            }
        }
        return false;
    }
}
