// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.Locale;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.api.TpmSelfTest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tpm-keyring tpm selftest}. */
@Command(
        name = "selftest",
        header = "Make the TPM test itself.",
        description = "Without --full it tests what it has not tested since it was switched on. A TPM that finds a"
                + " fault makes the exit status 4.",
        footer = {"", "Example:", "  tpm-keyring tpm selftest --full"})
public final class TpmSelfTestCommand extends DaemonCommand {
    @Option(names = "--full", order = 1, description = "Test everything again.")
    boolean full;

    @Override
    public Integer call() {
        Output output = output();
        TpmSelfTest.Reply reply = client().call(TpmSelfTest.METHOD, new TpmSelfTest.Request(full));
        if (!output.json(reply)) {
            String word = reply.passed()
                    ? output.style().good("passed")
                    : output.style().bad("failed");
            output.line("Self test:    " + word + ", " + SafeText.of(reply.verdict()));
            output.line(
                    "Result code:  0x" + Long.toHexString(reply.resultCode()).toUpperCase(Locale.ROOT));
            output.line("Test data:    " + (reply.data().isEmpty() ? "none" : SafeText.of(reply.data())));
        }
        if (reply.passed()) {
            return DONE;
        }
        output.failure("the TPM does not pass its self test: " + SafeText.of(reply.verdict()), "tpm-keyring tpm info");
        return ErrorKind.TPM_FAILED.exitCode();
    }
}
