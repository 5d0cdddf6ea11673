// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * Counts connections: a few for every uid, a bounded number for all of them together, and a lane beside that
 * for root. Safe for use from any thread.
 */
final class Lanes {
    private static final long ROOT = 0;

    private final ServerLimits limits;
    private final Map<Long, Integer> open = new HashMap<>();
    private int others;

    Lanes(ServerLimits limits) {
        this.limits = limits;
    }

    /**
     * Takes a place for a connection; {@link #leave} gives it back.
     *
     * @return the refusal when there is none
     */
    synchronized Optional<KeyringException> enter(long uid) {
        int mine = open.getOrDefault(uid, 0);
        int limit = uid == ROOT ? limits.root() : limits.perUid();
        if (mine >= limit) {
            return Optional.of(refusal("uid " + uid, limit));
        }
        if (uid != ROOT && others >= limits.others()) {
            return Optional.of(refusal("everybody but root together", limits.others()));
        }
        open.put(uid, mine + 1);
        others += uid == ROOT ? 0 : 1;
        return Optional.empty();
    }

    synchronized void leave(long uid) {
        open.computeIfPresent(uid, (key, count) -> count == 1 ? null : count - 1);
        others -= uid == ROOT ? 0 : 1;
    }

    private static KeyringException refusal(String who, int limit) {
        return KeyringException.of(ErrorKind.TOO_MANY_CONNECTIONS)
                .with("who", who)
                .with("limit", limit)
                .build();
    }
}
