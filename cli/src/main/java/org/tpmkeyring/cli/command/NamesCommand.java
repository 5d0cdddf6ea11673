// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.cli.Host;
import org.tpmkeyring.cli.client.DaemonClient;
import org.tpmkeyring.cli.client.DaemonSocket;
import org.tpmkeyring.cli.client.ServiceUnits;
import org.tpmkeyring.cli.client.Waiting;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.KeyName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code tpm-keyring __names}: names for completion, one a line. Names that break the naming rule are
 * left out, so nothing that a shell could trip over comes out; when the daemon does not answer at once
 * there are none.
 */
@Command(name = "__names", hidden = true, header = "Print names for completion.")
public final class NamesCommand implements Runnable {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    @Parameters(paramLabel = "keys|vaults|protectors", description = "Which names.")
    String kind;

    @Option(names = "--socket", paramLabel = "PATH", description = "Socket of the daemon.")
    String socket;

    private final Host host;

    public NamesCommand(Host host) {
        this.host = host;
    }

    @Override
    public void run() {
        Map<String, String> environment = host.environment();
        DaemonClient client = new DaemonClient(
                DaemonSocket.choose(socket, environment),
                Waiting.SILENT,
                LIMIT,
                new ServiceUnits(host.root()),
                host.patience());
        try {
            switch (kind) {
                case "keys" -> keys(client);
                case "vaults" -> vaults(client, false);
                case "protectors" -> vaults(client, true);
                default -> host.err().println("tpm-keyring: there are no names of that kind");
            }
        } catch (KeyringException noNames) {
            host.err().flush();
        }
    }

    private void keys(DaemonClient client) {
        ListKeys.Request request = new ListKeys.Request(Optional.empty(), false, Optional.empty());
        for (KeyInfo key : client.call(ListKeys.METHOD, request).keys()) {
            print(key.name());
        }
    }

    private void vaults(DaemonClient client, boolean protectors) {
        ListVaults.Request request = new ListVaults.Request(Optional.empty(), false);
        for (VaultInfo vault : client.call(ListVaults.METHOD, request).vaults()) {
            if (!protectors) {
                print(vault.name());
                continue;
            }
            for (ProtectorInfo protector : vault.protectors()) {
                print(protector.id());
            }
        }
    }

    private void print(String name) {
        try {
            host.out().println(new KeyName(name));
        } catch (KeyringException notAName) {
            host.err().flush();
        }
    }
}
