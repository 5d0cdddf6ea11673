// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mounttab;

/** A field is not as it has to be; the message says how. */
public final class TableException extends Exception {
    private static final long serialVersionUID = 1L;

    TableException(String reason) {
        super(reason);
    }
}
