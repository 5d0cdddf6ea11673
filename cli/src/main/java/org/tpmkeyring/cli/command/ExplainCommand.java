// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.VaultNameConverter;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Style;
import org.tpmkeyring.cli.output.Table;
import org.tpmkeyring.protocol.api.Explain;
import org.tpmkeyring.protocol.api.PcrChange;
import org.tpmkeyring.protocol.value.VaultName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring explain}. */
@Command(
        name = "explain",
        header = "Tell why a vault opens or stays locked.",
        description = "Compares the PCRs that the vault was sealed to with those of now, one by one, says what is"
                + " measured into each, and what to do. The exit status is 0 whether the vault would open or not.",
        footer = {"", "Example:", "  tpm-keyring explain photos"})
public final class ExplainCommand extends DaemonCommand {
    private static final int DIGITS_SHOWN = 12;
    private static final String SAME = "same";
    private static final String SHUT = "shut";
    private static final String CHANGED = "changed";

    @Parameters(
            arity = "0..1",
            paramLabel = "VAULT",
            converter = VaultNameConverter.class,
            description = "The vault. Default: default.")
    VaultName vault = new VaultName(DEFAULT_VAULT);

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        Output output = output();
        Explain.Reply reply = client().call(Explain.METHOD, new Explain.Request(owner.owner(), vault.text()));
        if (output.json(reply)) {
            return DONE;
        }
        String verdict = SafeText.of(reply.verdict());
        output.line(
                reply.wouldOpen()
                        ? output.style().good(verdict)
                        : output.style().bad(verdict));
        if (!reply.pcrs().isEmpty()) {
            output.line("");
            output.table(pcrs(output, reply));
        }
        if (!reply.advice().isEmpty()) {
            boolean changed = !reply.wouldOpen()
                    && reply.pcrs().stream()
                            .anyMatch(pcr ->
                                    !pcr.current().isEmpty() && verdict(pcr).equals(CHANGED));
            output.line("");
            output.line(changed ? "What to do, if you know what changed it, such as an update:" : "What to do:");
            for (String command : reply.advice()) {
                output.line("  " + SafeText.of(command));
            }
            if (changed) {
                output.line("If you do not: type no recovery key here, and look at the disk from another machine.");
            }
        }
        return DONE;
    }

    private static Table pcrs(Output output, Explain.Reply reply) {
        Table table = new Table("PCR", "BANK", "SEALED TO", "NOW", "VERDICT", "MEASURES")
                .painting(4, word -> painted(output.style(), word));
        for (PcrChange pcr : reply.pcrs()) {
            table.row(
                    Integer.toString(pcr.index()),
                    pcr.bank(),
                    digest(pcr.sealed(), output.verbose()),
                    digest(pcr.current(), output.verbose()),
                    verdict(pcr),
                    pcr.measures());
        }
        return table;
    }

    private static String verdict(PcrChange pcr) {
        if (pcr.matches()) {
            return SAME;
        }
        return pcr.shut() ? SHUT : CHANGED;
    }

    private static String painted(Style style, String verdict) {
        return switch (verdict) {
            case CHANGED -> style.bad(verdict);
            case SHUT -> style.care(verdict);
            default -> style.good(verdict);
        };
    }

    private static String digest(String hex, boolean whole) {
        return whole || hex.length() <= DIGITS_SHOWN ? hex : hex.substring(0, DIGITS_SHOWN) + "..";
    }
}
