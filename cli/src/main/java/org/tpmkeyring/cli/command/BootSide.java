// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.cli.client.DaemonClient;
import org.tpmkeyring.cli.doctor.Consumers;
import org.tpmkeyring.cli.mount.TableFile;
import org.tpmkeyring.cli.mounttab.MountTable;
import org.tpmkeyring.cli.volume.Crypttab;
import org.tpmkeyring.cli.volume.CrypttabFile;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;

/** Root's keys and the tables that name them, for commands that tell how the machine is. */
final class BootSide {
    private BootSide() {}

    /**
     * A table that cannot be read is an empty one here: who may not read it is told about his own vaults.
     *
     * @throws KeyringException what the daemon refuses
     */
    static Consumers consumers(DaemonClient client, Map<String, String> environment, Path root) {
        List<KeyInfo> keys = client.call(
                        ListKeys.METHOD, new ListKeys.Request(Optional.of(0L), false, Optional.empty()))
                .keys();
        return new Consumers(crypttab(root), LuksCommands.keySocket(client.socket()), mounts(environment, root), keys);
    }

    private static Crypttab crypttab(Path root) {
        try {
            return new CrypttabFile(root).read();
        } catch (KeyringException unreadable) {
            return new Crypttab("");
        }
    }

    private static MountTable mounts(Map<String, String> environment, Path root) {
        try {
            return TableFile.read(environment, root).table();
        } catch (KeyringException unreadable) {
            return new MountTable(List.of(), List.of());
        }
    }
}
