// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.Optional;
import org.tpmkeyring.cli.option.PcrSelectionConverter;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.output.Table;
import org.tpmkeyring.protocol.api.PcrBankInfo;
import org.tpmkeyring.protocol.api.PcrValue;
import org.tpmkeyring.protocol.api.TpmPcrs;
import org.tpmkeyring.protocol.value.PcrSelection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring tpm pcrs}. */
@Command(
        name = "pcrs",
        header = "Show the PCRs and what is measured into each.",
        description = "Use it to choose what a vault is to be sealed to; see also 'tpm-keyring help pcrs'. Long values"
                + " are cut on a narrow terminal unless -v is given.",
        footer = {"", "Examples:", "  tpm-keyring tpm pcrs", "  tpm-keyring tpm pcrs 7+14:sha256"})
public final class TpmPcrsCommand extends DaemonCommand {
    private static final int DIGITS_SHOWN = 16;

    @Parameters(
            arity = "0..1",
            paramLabel = "PCRS",
            converter = PcrSelectionConverter.class,
            description = "Only these: 7+14, 7+14:sha256 or sha256:7,14. Default: all of every bank.")
    PcrSelection selection;

    @Override
    public Integer call() {
        Output output = output();
        TpmPcrs.Reply reply = client().call(
                        TpmPcrs.METHOD,
                        new TpmPcrs.Request(Optional.ofNullable(selection).map(PcrSelection::toString)));
        if (output.json(reply)) {
            return DONE;
        }
        boolean shortened = host().outIsTerminal() && !output.verbose();
        Table table = new Table("BANK", "PCR", "VALUE", "MEASURES");
        for (PcrBankInfo bank : reply.banks()) {
            if (bank.pcrs().isEmpty()) {
                table.row(bank.bank(), "-", "-", "not in use by this TPM");
            }
            for (PcrValue pcr : bank.pcrs()) {
                table.row(bank.bank(), Integer.toString(pcr.index()), value(pcr.value(), shortened), pcr.measures());
            }
        }
        output.table(table);
        return DONE;
    }

    private static String value(String hex, boolean shortened) {
        if (isAll(hex, '0')) {
            return "zero (never extended)";
        }
        if (isAll(hex, 'f')) {
            return "ones (never extended)";
        }
        String text = SafeText.of(hex);
        return shortened && text.length() > DIGITS_SHOWN ? text.substring(0, DIGITS_SHOWN) + ".." : text;
    }

    private static boolean isAll(String text, char digit) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != digit) {
                return false;
            }
        }
        return true;
    }
}
