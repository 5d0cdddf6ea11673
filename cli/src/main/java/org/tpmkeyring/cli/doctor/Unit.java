// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

/**
 * A unit of systemd, as {@code systemctl show} tells it (org.freedesktop.systemd1(5)).
 *
 * @param id such as {@code keyringd.service}
 * @param load {@code loaded}, {@code not-found}, {@code masked} ...
 * @param active whether it runs, such as {@code failed}
 * @param result why it failed, such as {@code exit-code}
 * @param enabled {@code enabled}, {@code disabled}, {@code static} ...; empty where it has no file
 * @param where mount point of a mount unit; empty for others
 */
public record Unit(String id, String load, String active, String result, String enabled, String where) {
    boolean installed() {
        return !load.equals("not-found");
    }

    /** Whether it is in the state that it should not be left in. */
    public boolean failed() {
        return active.equals("failed");
    }

    boolean masked() {
        return load.equals("masked");
    }
}
