// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.protocol.api.Property;
import org.tpmkeyring.protocol.api.TpmInfo;
import picocli.CommandLine.Command;

/** {@code tpm-keyring tpm info}. */
@Command(
        name = "info",
        header = "Tell what the TPM is and what it can do.",
        description = "Manufacturer, firmware, specification, algorithms, limits, lockout counters.",
        footer = {"", "Example:", "  tpm-keyring tpm info"})
public final class TpmInfoCommand extends DaemonCommand {
    private static final int LONGEST_NAME = 28;

    @Override
    public Integer call() {
        Output output = output();
        TpmInfo.Reply reply = client().call(TpmInfo.METHOD, new TpmInfo.Request());
        if (output.json(reply)) {
            return DONE;
        }
        output.line("TPM at " + SafeText.of(reply.device()));
        if (reply.softwareTpm()) {
            output.line(output.style().bad("SOFTWARE TPM") + ": for trying out only, it protects nothing");
        }
        int width = nameWidth(reply);
        String section = "";
        for (Property property : reply.properties()) {
            if (!property.section().equals(section)) {
                section = property.section();
                output.line("");
                output.line(output.style().heading(SafeText.of(section)));
            }
            String name = SafeText.of(property.name());
            output.line("  " + name + " ".repeat(Math.max(0, width - name.length())) + "  "
                    + SafeText.of(property.value()));
        }
        return DONE;
    }

    private static int nameWidth(TpmInfo.Reply reply) {
        int width = 0;
        for (Property property : reply.properties()) {
            width = Math.max(width, property.name().length());
        }
        return Math.min(width, LONGEST_NAME);
    }
}
