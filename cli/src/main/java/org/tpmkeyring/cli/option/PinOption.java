// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import picocli.CommandLine.Option;

/** {@code --tpm2-with-pin}, of commands that seal. */
public final class PinOption {
    /** As it is spelled. */
    public static final String NAME = "--tpm2-with-pin";

    @Option(
            names = NAME,
            order = 41,
            description = "Seal to a PIN, too, of 1 to 512 bytes. The TPM counts wrong ones and refuses all for a while"
                    + " after too many.")
    boolean pin;

    /** Whether a PIN is wished for. */
    public boolean pin() {
        return pin;
    }
}
