// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import java.io.IOException;
import java.time.Duration;

/** The daemon took longer than it is given. */
final class DeadlineException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Duration limit;

    DeadlineException(Duration limit, IOException cause) {
        super("no answer in time", cause);
        this.limit = limit;
    }

    Duration limit() {
        return limit;
    }
}
