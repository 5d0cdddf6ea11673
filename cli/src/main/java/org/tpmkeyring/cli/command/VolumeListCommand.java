// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.Table;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.cli.volume.BlockDevices;
import org.tpmkeyring.cli.volume.Crypttab;
import org.tpmkeyring.cli.volume.CrypttabFile;
import org.tpmkeyring.cli.volume.VolumeDevice;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.value.TargetType;
import picocli.CommandLine.Command;

/** {@code tpm-keyring volume list}. */
@Command(
        name = "list",
        header = "List LUKS volumes that have a key, and how they are.",
        description =
                "States: open, closed, absent (its device is not there). CRYPTTAB tells whether the volume's line in"
                        + " /etc/crypttab takes the key from keyringd: yes, no (it has another key file), none (there is no"
                        + " line, so nothing opens it at boot).",
        footer = {"", "Example:", "  tpm-keyring volume list"})
public final class VolumeListCommand extends DaemonCommand {
    @Override
    public Integer call() {
        LuksCommands.requireRoot(host(), "list LUKS volumes");
        Output output = output();
        ListKeys.Reply reply =
                client().call(ListKeys.METHOD, new ListKeys.Request(Optional.of(0L), false, Optional.empty()));
        List<KeyInfo> keys = reply.keys().stream()
                .filter(key -> key.target() == TargetType.LUKS)
                .toList();
        if (output.json(new ListKeys.Reply(keys))) {
            return DONE;
        }
        if (keys.isEmpty()) {
            output.note("no LUKS volume has a key yet");
            output.hint("tpm-keyring add VOLUME --target luks --device DEVICE");
            return DONE;
        }
        output.table(table(keys));
        return DONE;
    }

    private Table table(List<KeyInfo> keys) {
        Table table = new Table("VOLUME", "DEVICE", "STATE", "KEY", "VAULT", "CRYPTTAB");
        Crypttab crypttab = new CrypttabFile(host().root()).read();
        String keySocket = LuksCommands.keySocket(client().socket());
        BlockDevices devices = new BlockDevices(host().root());
        for (KeyInfo key : keys) {
            String device = key.opens().flatMap(opens -> opens.device()).orElse("-");
            table.row(
                    key.name(),
                    device,
                    state(devices, key, device),
                    key.serials().isEmpty() ? "locked" : Words.of(key.state()),
                    key.vault(),
                    crypttab.find(key.name())
                            .map(line -> line.keyFile().equals(keySocket) ? "yes" : "no")
                            .orElse("none"));
        }
        return table;
    }

    private String state(BlockDevices devices, KeyInfo key, String device) {
        String uuid = key.opens().flatMap(opens -> opens.uuid()).orElse("");
        if (devices.isOpen(key.name(), uuid)) {
            return "open";
        }
        Path path = VolumeDevice.path(host().root(), device);
        return Files.exists(path) ? "closed" : "absent";
    }
}
