// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.client.DaemonClient;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Style;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.TpmState;
import org.tpmkeyring.protocol.api.VaultInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tpm-keyring status}. */
@Command(
        name = "status",
        header = "Show daemon, TPM and vaults on one screen.",
        description = "Does not touch the TPM, so it answers even while the TPM is busy or gone. For root: the vaults"
                + " of all users.",
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
        output.line("Daemon  keyringd " + SafeText.of(reply.version()) + ", up " + Words.duration(reply.uptimeSeconds())
                + ", at " + SafeText.of(client.socket().toString()));
        tpm(output, reply);
        output.line("State   " + SafeText.of(reply.stateDirectory()));
        output.line("Door    " + DoorLine.of(reply.door(), output.style()));
        vaults(output, reply);
        StatusProblems.of(reply, host().onDemand().uid()).tell(output);
        return DONE;
    }

    private static void tpm(Output output, Status.Reply reply) {
        Style style = output.style();
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
        output.line("TPM     " + painted + detail + ", at " + SafeText.of(reply.tpmDevice()));
        if (reply.softwareTpm()) {
            output.line("        " + style.bad("SOFTWARE TPM") + ": for trying out only, it protects nothing");
        }
    }

    private void vaults(Output output, Status.Reply reply) {
        if (reply.vaults().isEmpty()) {
            output.line("Vaults  none");
            output.hint("tpm-keyring add NAME --target ecryptfs --generate");
            return;
        }
        output.line("");
        output.table(VaultTable.of(reply.vaults(), manyOwners(reply), output.style(), host().root()));
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
