// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import java.nio.file.Path;
import java.util.Map;
import org.tpmkeyring.cli.client.DaemonSocket;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code --socket}. */
public final class SocketOption {
    @Spec(Spec.Target.MIXEE)
    CommandSpec command;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            order = 94,
            description =
                    "Talk to the daemon at PATH instead of TPM_KEYRING_SOCKET or /run/tpm-keyring/org.tpmkeyring.")
    String socket;

    /** The socket by option, environment or default. */
    public Path path(Map<String, String> environment) {
        return DaemonSocket.choose(Inherited.value(String.class, command, "--socket"), environment);
    }
}
