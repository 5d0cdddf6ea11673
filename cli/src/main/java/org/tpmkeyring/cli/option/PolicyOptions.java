// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import java.util.Optional;
import org.tpmkeyring.protocol.value.PcrSelection;
import picocli.CommandLine.Option;

/** What a sealing is bound to. */
public final class PolicyOptions {
    @Option(
            names = "--tpm2-pcrs",
            paramLabel = "PCRS",
            converter = PcrSelectionConverter.class,
            order = 40,
            description =
                    "Seal to these PCRs: 7+14, 7+14:sha256 or sha256:7,14. Default: those that the vault is sealed to;"
                            + " for a new vault or protector those of keyringd.conf, usually 7.")
    PcrSelection pcrs;

    @Option(
            names = "--allow-unmeasured",
            order = 41,
            description = "Accept PCRs that nothing was ever measured into, although a policy on them checks nothing.")
    boolean allowUnmeasured;

    /** The selection in systemd's spelling. */
    public Optional<String> pcrs() {
        return Optional.ofNullable(pcrs).map(PcrSelection::toString);
    }

    public boolean allowUnmeasured() {
        return allowUnmeasured;
    }
}
