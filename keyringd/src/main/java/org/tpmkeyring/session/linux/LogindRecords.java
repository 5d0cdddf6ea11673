// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.session.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.session.Logins;

/**
 * What systemd-logind writes to {@code /run/systemd/sessions} and {@code /run/systemd/users}, one {@code NAME=value} a
 * line. It is what sd_session_get_state(3) and the others read, which need no bus either; those have no
 * question for a session's leader before systemd 254.
 *
 * <p>Source: systemd, src/login/logind-session.c (session_save), logind-user.c (user_save_internal).
 */
public final class LogindRecords implements Logins {
    /** Longest id that systemd-logind gives, with room to spare. */
    private static final String ID = "[A-Za-z0-9]{1,32}";

    private final Path run;
    private final Path lingering;

    private LogindRecords(Path run, Path lingering) {
        this.run = run;
        this.lingering = lingering;
    }

    public static LogindRecords ofThisMachine() {
        return in(Path.of("/"));
    }

    /**
     * @param root directory that stands for the root directory
     */
    static LogindRecords in(Path root) {
        return new LogindRecords(root.resolve("run/systemd"), root.resolve("var/lib/systemd/linger"));
    }

    @Override
    public boolean available() {
        return Files.isDirectory(run.resolve("sessions"));
    }

    @Override
    public Optional<String> ledBy(long uid, int leader) {
        try (DirectoryStream<Path> sessions = Files.newDirectoryStream(run.resolve("sessions"))) {
            for (Path file : sessions) {
                String id = String.valueOf(file.getFileName());
                Map<String, String> session = id.matches(ID) ? read(file) : Map.of();
                if (String.valueOf(uid).equals(session.get("UID"))
                        && String.valueOf(leader).equals(session.get("LEADER"))) {
                    return Optional.of(id);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    @Override
    public boolean isOpen(String session) {
        if (!session.matches(ID)) {
            return false;
        }
        Map<String, String> found = read(run.resolve("sessions").resolve(session));
        return !found.isEmpty() && !"closing".equals(found.get("STATE"));
    }

    @Override
    public boolean lingers(long uid) {
        String name = read(run.resolve("users").resolve(String.valueOf(uid))).getOrDefault("NAME", "");
        return !name.isEmpty() && !name.contains("/") && Files.exists(lingering.resolve(name));
    }

    /** A file that is not there, or goes while it is read, says nothing. */
    private static Map<String, String> read(Path file) {
        Map<String, String> found = new HashMap<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                int at = line.indexOf('=');
                if (at > 0) {
                    found.put(line.substring(0, at), line.substring(at + 1));
                }
            }
        } catch (IOException e) {
            return Map.of();
        }
        return found;
    }
}
