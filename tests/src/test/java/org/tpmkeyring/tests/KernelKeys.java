// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What keyctl(1) tells a user of the keys in his user keyring, in a session like after a login.
 *
 * @param uid the user
 */
record KernelKeys(long uid) {
    /** Serial of a key, if he finds one. */
    Optional<String> find(String type, String description) throws IOException {
        Outcome found = keyctl("search", "@u", type, description);
        return found.status() == 0 ? Optional.of(found.text()) : Optional.empty();
    }

    /** Payload of a {@code user} key, hex. */
    String payload(String description) throws IOException {
        return HexFormat.of()
                .formatHex(keyctl("pipe", "%user:" + description).ok().output());
    }

    /** Any keyctl command, in a session keyring of its own that has the user keyring in it. */
    Outcome keyctl(String... arguments) throws IOException {
        return run(Program.of("keyctl").with(arguments));
    }

    /** Several of them, as a shell script. */
    Outcome keyctlShell(String script) throws IOException {
        return run(Program.of("sh", "-c", script));
    }

    private Outcome run(Program program) throws IOException {
        Program inSession = program.inSession();
        return (uid == 0 ? inSession : inSession.as(uid)).run();
    }
}
