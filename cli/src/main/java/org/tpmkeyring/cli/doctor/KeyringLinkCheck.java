// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.cli.program.Ended;
import org.tpmkeyring.cli.program.Programs;

/**
 * Whether this session reaches the user keyring, where keys are delivered. A program finds a key by
 * searching its session keyring, so without a link from there the key is in the kernel and yet not found
 * (session-keyring(7), pam_keyinit(8)).
 */
public final class KeyringLinkCheck {
    private static final String NAME = "keyring-link";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private KeyringLinkCheck() {}

    /**
     * @param uid whose user keyring it has to be
     * @param sessionKeyring what {@code keyctl show @s} prints; empty when that cannot be run
     */
    public static void run(long uid, Optional<String> sessionKeyring, Findings findings) {
        if (sessionKeyring.isEmpty()) {
            findings.note(
                    NAME,
                    "keyctl is not installed, so nobody can tell what this session's keyring holds",
                    "apt-get install keyutils");
        } else if (reaches(sessionKeyring.get(), "_uid." + uid)) {
            findings.ok(NAME, "this session finds the keys in the user keyring of uid " + uid);
        } else {
            findings.warning(
                    NAME,
                    "the user keyring of uid " + uid + " is not linked to this session's keyring, so programs of"
                            + " this session do not find the keys in it",
                    "keyctl link @u @s; for every login: 'session optional pam_keyinit.so force revoke' in"
                            + " /etc/pam.d/login and the like");
        }
    }

    private static boolean reaches(String tree, String keyring) {
        for (String line : tree.split("\n", -1)) {
            if (line.strip().endsWith("keyring: " + keyring)) {
                return true;
            }
        }
        return false;
    }

    /** Asks keyctl(1) for the keyring of the session that this process is in. */
    public static Optional<String> show(Map<String, String> environment) {
        return new Programs(environment)
                .ask(List.of("keyctl", "show", "@s"), PATIENCE)
                .map(Ended::out);
    }
}
