// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.concurrent.Later;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * Login passwords between the authentication and the session, which may happen in different processes: one for each
 * owner, in locked memory, for a short time, used once.
 */
final class KeptPasswords implements AutoCloseable {
    /** More people than log in within that time; each has a page of locked memory. */
    private static final int MOST = 128;

    private final Duration time;
    private final Later later;
    private final Map<Long, SecretBuffer> kept = new LinkedHashMap<>();
    private boolean closed;

    /**
     * @param time how long one is kept; zero: none ever is
     */
    KeptPasswords(Duration time, Later later) {
        this.time = time;
        this.later = later;
    }

    /** Whether one would be kept at all. */
    boolean keeps() {
        return !time.isZero();
    }

    /**
     * Keeps a password in the place of the one before.
     *
     * @param password this object's from now on
     */
    synchronized void keep(long owner, SecretBuffer password) {
        if (closed || !keeps()) {
            password.close();
            return;
        }
        take(owner).ifPresent(SecretBuffer::close);
        if (kept.size() >= MOST) {
            Iterator<SecretBuffer> oldest = kept.values().iterator();
            oldest.next().close();
            oldest.remove();
        }
        kept.put(owner, password);
        later.run(time, () -> expire(owner, password));
    }

    /**
     * The password of an owner, which is not kept any more.
     *
     * @return the caller owns it
     */
    synchronized Optional<SecretBuffer> take(long owner) {
        return Optional.ofNullable(kept.remove(owner));
    }

    /**
     * Keeps another password in the place of one that is kept, which has been changed since: the old one would only be
     * counted by the TPM.
     *
     * @param fresh stays the caller's
     */
    synchronized void changed(long owner, SecretBuffer fresh) {
        if (kept.containsKey(owner)) {
            keep(owner, fresh.copyOfRange(0, fresh.size()));
        }
    }

    private synchronized void expire(long owner, SecretBuffer password) {
        if (kept.remove(owner, password)) {
            password.close();
        }
    }

    /** Wipes them all, and whatever comes later. */
    @Override
    public synchronized void close() {
        closed = true;
        kept.values().forEach(SecretBuffer::close);
        kept.clear();
    }
}
