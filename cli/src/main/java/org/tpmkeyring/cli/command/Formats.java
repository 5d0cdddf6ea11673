// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.Iterator;
import java.util.List;

/** What {@code add --format} knows, for completion. Which of them suits a target is the daemon's to say. */
final class Formats implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return List.of("default", "ecryptfs", "enc32", "ioctl", "provisioning", "raw", "hex", "passphrase")
                .iterator();
    }
}
