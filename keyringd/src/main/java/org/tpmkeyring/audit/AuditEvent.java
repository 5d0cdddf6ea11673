// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.audit;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Something to be told. Holds no secret: neither do requests, replies and refusals, of which it is made. Immutable.
 *
 * @param message for people, one line
 * @param fields for searching
 */
public record AuditEvent(AuditKind kind, String message, Map<AuditField, String> fields) {
    public AuditEvent {
        Map<AuditField, String> sorted = new EnumMap<>(AuditField.class);
        sorted.putAll(fields);
        fields = Collections.unmodifiableMap(sorted);
    }

    /** One without fields. */
    public static AuditEvent of(AuditKind kind, String message) {
        return new AuditEvent(kind, message, Map.of());
    }

    /** The same with one more field; an empty value says nothing and is left out. */
    public AuditEvent with(AuditField field, Object value) {
        String text = String.valueOf(value);
        if (text.isEmpty()) {
            return this;
        }
        Map<AuditField, String> more = new EnumMap<>(AuditField.class);
        more.putAll(fields);
        more.put(field, text);
        return new AuditEvent(kind, message, more);
    }
}
