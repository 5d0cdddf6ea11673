// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tpmkeyring.audit.AuditEvent;
import org.tpmkeyring.audit.AuditField;
import org.tpmkeyring.audit.AuditKind;
import org.tpmkeyring.audit.AuditTrail;
import org.tpmkeyring.protocol.api.Alarm;

/** What was raised since the machine was started; the same one again counts as one, with its latest time. */
final class Alarms {
    private static final int MOST = 32;
    private static final String WHEN = "when";
    private static final String VOLUME = "volume";
    private static final String TEXT = "text";

    private final InstantSource clock;
    private final AuditTrail trail;
    private final RuntimeList list;
    private final Map<String, Alarm> raised = new LinkedHashMap<>();

    Alarms(InstantSource clock, AuditTrail trail, RuntimeList list) {
        this.clock = clock;
        this.trail = trail;
        this.list = list;
        list.read().forEach(this::remember);
    }

    private void remember(Map<?, ?> entry) {
        if (entry.get(WHEN) instanceof Number when
                && entry.get(VOLUME) instanceof String volume
                && entry.get(TEXT) instanceof String text) {
            raised.put(text, new Alarm(when.longValue(), volume, text));
        }
    }

    /**
     * @param text one sentence
     */
    void raise(String volume, String text) {
        trail.tell(AuditEvent.of(AuditKind.ALARM, "ALARM: " + text).with(AuditField.VOLUME, volume));
        Alarm alarm = new Alarm(clock.instant().getEpochSecond(), volume, text);
        synchronized (raised) {
            raised.remove(text);
            raised.put(text, alarm);
            if (raised.size() > MOST) {
                raised.remove(raised.keySet().iterator().next());
            }
            list.write(raised.values().stream()
                    .map(kept -> Map.<String, Object>of(
                            WHEN, kept.when(),
                            VOLUME, kept.volume(),
                            TEXT, kept.text()))
                    .toList());
        }
    }

    /** Oldest first. */
    List<Alarm> all() {
        synchronized (raised) {
            return List.copyOf(raised.values());
        }
    }
}
