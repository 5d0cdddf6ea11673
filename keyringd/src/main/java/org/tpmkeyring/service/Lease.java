// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.protocol.api.SessionInfo;

/**
 * A reason for somebody's login vaults to stay unlocked: one session.
 *
 * @param id 16 hex digits
 * @param owner uid of who logged in
 * @param process pid of the process that opened the session
 * @param service PAM service
 * @param login id of the session at systemd-logind; empty where it has none, or none yet
 * @param since seconds since the epoch
 */
record Lease(String id, long owner, int process, String service, Optional<String> login, long since) {
    /** The PAM service of the user manager, which runs as long as there is a session, or for good where he lingers. */
    private static final String USER_MANAGER = "systemd-user";

    private static final String ID = "id";
    private static final String OWNER = "owner";
    private static final String PROCESS = "process";
    private static final String SERVICE = "service";
    private static final String LOGIN = "login";
    private static final String SINCE = "since";

    /** Whether it is that of a user manager, which is a reason by itself only where its user lingers. */
    boolean ofUserManager() {
        return service.equals(USER_MANAGER);
    }

    Lease at(String session) {
        return new Lease(id, owner, process, service, Optional.of(session), since);
    }

    SessionInfo info() {
        return new SessionInfo(owner, process, service, login, since);
    }

    /** For the record of this boot. */
    Map<String, Object> toEntry() {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put(ID, id);
        entry.put(OWNER, owner);
        entry.put(PROCESS, process);
        entry.put(SERVICE, service);
        login.ifPresent(session -> entry.put(LOGIN, session));
        entry.put(SINCE, since);
        return entry;
    }

    /** What {@link #toEntry} made; empty for anything else. */
    static Optional<Lease> ofEntry(Map<?, ?> entry) {
        if (entry.get(ID) instanceof String id
                && entry.get(OWNER) instanceof Number owner
                && entry.get(PROCESS) instanceof Number process
                && entry.get(SERVICE) instanceof String service
                && entry.get(SINCE) instanceof Number since) {
            Optional<String> login = Optional.ofNullable(entry.get(LOGIN))
                    .filter(String.class::isInstance)
                    .map(String.class::cast);
            return Optional.of(new Lease(id, owner.longValue(), process.intValue(), service, login, since.longValue()));
        }
        return Optional.empty();
    }
}
