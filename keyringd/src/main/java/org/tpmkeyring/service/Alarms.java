// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tpmkeyring.protocol.api.Alarm;

/** What was raised since the daemon started; the same one again counts as one, with its latest time. */
final class Alarms {
    private static final System.Logger LOG = System.getLogger(Alarms.class.getName());
    private static final int MOST = 32;

    private final InstantSource clock;
    private final Map<String, Alarm> raised = new LinkedHashMap<>();

    Alarms(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * @param text one sentence
     */
    void raise(String volume, String text) {
        LOG.log(System.Logger.Level.ERROR, "ALARM: {0}", text);
        Alarm alarm = new Alarm(clock.instant().getEpochSecond(), volume, text);
        synchronized (raised) {
            raised.remove(text);
            raised.put(text, alarm);
            if (raised.size() > MOST) {
                raised.remove(raised.keySet().iterator().next());
            }
        }
    }

    /** Oldest first. */
    List<Alarm> all() {
        synchronized (raised) {
            return List.copyOf(raised.values());
        }
    }
}
