// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.session;

import java.util.Optional;

/** What systemd-logind knows. On a machine without it nobody has a session and nobody lingers. */
public interface Logins {
    /** Whether there is a systemd-logind to know anything. */
    boolean available();

    /**
     * The session of a user that a process leads.
     *
     * @param leader pid of the process that opened it
     * @return its id, such as {@code c2}
     */
    Optional<String> ledBy(long uid, int leader);

    /** Whether a session is there and is not being closed. */
    boolean isOpen(String session);

    /** Whether a user's services run without a session of his (loginctl(1), enable-linger). */
    boolean lingers(long uid);
}
