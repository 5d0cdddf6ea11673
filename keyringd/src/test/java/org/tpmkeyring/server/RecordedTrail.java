// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.tpmkeyring.audit.AuditEvent;
import org.tpmkeyring.audit.AuditTrail;

/** Keeps what is told. */
final class RecordedTrail implements AuditTrail {
    final List<AuditEvent> events = new CopyOnWriteArrayList<>();

    /** Level and message of each. */
    final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void tell(AuditEvent event) {
        events.add(event);
        lines.add(event.kind().level() + " " + event.message());
    }
}
