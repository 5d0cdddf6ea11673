// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.tpmkeyring.cli.Host;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.program.Ended;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.cli.volume.LuksWork;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** What commands about LUKS volumes have in common. */
final class LuksCommands {
    private static final Duration RELOADING = Duration.ofSeconds(30);

    private LuksCommands() {}

    /** Helpers lie beside the jars; the launcher says where. */
    static LuksWork work(Host host) {
        return work(host, new Programs(host.environment()));
    }

    static LuksWork work(Host host, Programs programs) {
        Path library = Path.of(System.getProperty("tpmkeyring.lib", "/usr/lib/tpm-keyring/lib"));
        return LuksWork.of(programs, library, host.root());
    }

    /** The key socket of the daemon that listens at {@code socket}: the one beside it. */
    static String keySocket(Path socket) {
        return socket.toAbsolutePath().resolveSibling("cryptsetup").toString();
    }

    /** systemd makes its units of /etc/crypttab when it starts and when it is told to. */
    static void reload(Host host, Programs programs, Output output) {
        if (!Files.isDirectory(host.root().resolve("run/systemd/system"))) {
            return;
        }
        boolean reloaded = programs.ask(List.of("systemctl", "daemon-reload"), RELOADING)
                .map(Ended::succeeded)
                .orElse(false);
        if (!reloaded) {
            output.hint("systemctl daemon-reload");
        }
    }

    /**
     * @throws KeyringException NOT_PERMITTED
     */
    static void requireRoot(Host host, String action) {
        long uid = host.onDemand().uid();
        if (uid != 0) {
            throw KeyringException.of(ErrorKind.NOT_PERMITTED)
                    .with("who", "uid " + uid)
                    .with("action", action)
                    .build();
        }
    }
}
