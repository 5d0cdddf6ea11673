// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.audit;

import java.lang.System.Logger.Level;

/**
 * What sort of thing happened. Each has an id of its own, by which the journal is searched
 * ({@code journalctl MESSAGE_ID=...}, systemd.journal-fields(7)); keyringd(8) lists them, and they never change.
 */
public enum AuditKind {
    /** A request was done, or as far as it could. */
    ANSWERED("94d020e9a3624ff48afd19013a3b6448", 6, Level.INFO),
    /** A request, or what it asked of one vault, was refused. */
    REFUSED("a12d014911f349bbb7e256920244bb58", 5, Level.INFO),
    /** What came was no request of ours. */
    NOT_UNDERSTOOD("fa795e7d33ca489088d25467917edd9f", 5, Level.INFO),
    /** A connection beyond the limit of how many. */
    TURNED_AWAY("d2b469c4d4f04d7d9516554a6dc02baa", 4, Level.WARNING),
    /** The key of a volume was not handed out, so somebody has to type a passphrase. */
    KEY_REFUSED("406c82416f1648a69c3b4f8f364a8052", 4, Level.WARNING),
    /** A login unlocked a vault, or the last logout locked one. */
    SESSION("08ff5249f5a64895b69a2bd7afdd5e9f", 6, Level.INFO),
    /** A login did not unlock a vault, or the last logout could not lock one. */
    SESSION_REFUSED("c58b0b79a35b4e80885118b7b9a23b9b", 4, Level.WARNING),
    /** Somebody tampers with the machine: a person has to look at once. */
    ALARM("d0cba7b4e90942c39519480c854affaa", 1, Level.ERROR);

    private final String messageId;
    private final int priority;
    private final Level level;

    AuditKind(String messageId, int priority, Level level) {
        this.messageId = messageId;
        this.priority = priority;
        this.level = level;
    }

    /** 128 bits as 32 lower-case hexadecimal digits. */
    public String messageId() {
        return messageId;
    }

    /** As in syslog(3), from 1 (alert) to 6 (info). */
    public int priority() {
        return priority;
    }

    /** The level that decides whether it is told, and with which it goes where there is no journal. */
    public Level level() {
        return level;
    }
}
