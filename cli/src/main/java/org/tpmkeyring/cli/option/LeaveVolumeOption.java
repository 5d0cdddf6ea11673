// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import picocli.CommandLine.Option;

/** {@code --leave-volume}, of commands that destroy luks keys. */
public final class LeaveVolumeOption {
    /** As it is spelled. */
    public static final String NAME = "--leave-volume";

    @Option(
            names = NAME,
            order = 65,
            description =
                    "For luks: do not look at the volume and leave its keyslot there. If no other passphrase opens"
                            + " the volume, what is on it is lost. Not implied by --yes.")
    boolean leave;

    public boolean leave() {
        return leave;
    }
}
