// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.util.List;
import org.tpmkeyring.cli.mounttab.MountTable;

/**
 * The answer of mount and umount in JSON.
 *
 * @param mounts in the order in which they were dealt with
 * @param badLines of the table
 */
public record MountReply(List<MountOutcome> mounts, List<MountTable.Problem> badLines) {
    public MountReply {
        mounts = List.copyOf(mounts);
        badLines = List.copyOf(badLines);
    }
}
