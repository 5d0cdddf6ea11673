// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whether systemd runs here and knows our units, so that keyringd is started and its log is read through it.
 *
 * @param root directory taken for {@code /}
 */
public record ServiceUnits(Path root) {
    private static final String SOCKET_UNIT = "keyringd.socket";
    private static final String SERVICE_UNIT = "keyringd.service";
    private static final List<String> UNIT_DIRECTORIES =
            List.of("etc/systemd/system", "run/systemd/system", "usr/lib/systemd/system", "lib/systemd/system");

    /** Where a masked unit's link leads. */
    private static final Path NOWHERE = Path.of("/dev/null");

    /**
     * How a daemon that does not answer is started.
     *
     * @param socket where it should answer; the units have the default one only
     * @return empty where systemd does not do it
     */
    public Optional<String> start(Path socket) {
        if (!starts(socket)) {
            return Optional.empty();
        }
        return masked()
                ? Optional.of("sudo systemctl unmask " + SOCKET_UNIT + " " + SERVICE_UNIT)
                : Optional.of("sudo systemctl start " + SOCKET_UNIT);
    }

    /** Whether systemd starts whatever daemon answers at this socket. */
    public boolean starts(Path socket) {
        return known() && socket.equals(Path.of(DaemonSocket.DEFAULT));
    }

    /** How the log of a daemon is read that answered, or did not any more. */
    public Optional<String> log() {
        return known() ? Optional.of("sudo journalctl -u keyringd") : Optional.empty();
    }

    /** sd_booted(3), and a unit file that was installed. */
    private boolean known() {
        return Files.isDirectory(root.resolve("run/systemd/system"), LinkOption.NOFOLLOW_LINKS)
                && UNIT_DIRECTORIES.stream()
                        .anyMatch(directory -> Files.exists(unit(directory, SOCKET_UNIT), LinkOption.NOFOLLOW_LINKS));
    }

    private boolean masked() {
        return UNIT_DIRECTORIES.stream()
                .flatMap(directory -> List.of(unit(directory, SOCKET_UNIT), unit(directory, SERVICE_UNIT)).stream())
                .anyMatch(ServiceUnits::leadsNowhere);
    }

    private Path unit(String directory, String name) {
        return root.resolve(directory).resolve(name);
    }

    private static boolean leadsNowhere(Path unit) {
        try {
            return Files.isSymbolicLink(unit) && Files.readSymbolicLink(unit).equals(NOWHERE);
        } catch (IOException gone) {
            return false;
        }
    }
}
