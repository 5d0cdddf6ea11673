// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.output;

/** How {@code --json} answers, in systemd's words. */
public enum JsonMode {
    /** Indented, for people. */
    PRETTY,
    /** On one line. */
    SHORT,
    /** No JSON. */
    OFF
}
