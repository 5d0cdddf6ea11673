// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import picocli.CommandLine.Option;

/** What becomes of the recovery key of a vault that is made by a command. */
public final class RecoveryKeyOptions {
    @Option(
            names = "--no-recovery-key",
            order = 42,
            description = "Make no recovery key. If the TPM ever refuses, the keys are lost.")
    boolean none;

    @Option(
            names = "--recovery-key-file",
            paramLabel = "FILE",
            order = 43,
            description = "Write the recovery key to the new file FILE, readable by you only, instead of showing it.")
    String file;

    public boolean none() {
        return none;
    }

    /** Where it goes instead of the terminal; null where nowhere else. */
    public String file() {
        return file;
    }
}
