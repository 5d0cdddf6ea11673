// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.program;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A user as passwd(5) has him, by getent(1), which asks every source that the machine has.
 *
 * @param home his home directory
 */
public record Account(String name, Path home) {
    private static final int NAME_FIELD = 0;
    private static final int HOME_FIELD = 5;
    private static final int FIELDS = 7;

    /** A directory server may be slow to answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Empty where nobody has the uid, or no home. */
    public static Optional<Account> of(Programs programs, long uid) {
        return programs.ask(List.of("getent", "passwd", Long.toString(uid)), PATIENCE)
                .filter(Ended::succeeded)
                .map(ended -> ended.out().strip().split(":", -1))
                .filter(fields -> fields.length == FIELDS && fields[HOME_FIELD].startsWith("/"))
                .map(fields -> new Account(fields[NAME_FIELD], Path.of(fields[HOME_FIELD])));
    }
}
