// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.audit;

/** Where events are told. Safe for use from any thread; throws nothing and does not wait for a reader. */
@FunctionalInterface
public interface AuditTrail {
    void tell(AuditEvent event);
}
