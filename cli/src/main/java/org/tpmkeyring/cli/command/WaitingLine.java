// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.io.PrintStream;
import org.tpmkeyring.cli.client.Waiting;

/** One line on standard error while an answer is slow, gone again once it is there. */
final class WaitingLine implements Waiting {
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream err;

    WaitingLine(PrintStream err) {
        this.err = err;
    }

    @Override
    public void slow() {
        err.print("waiting for keyringd and the TPM, Ctrl-C to stop ...");
        err.flush();
    }

    @Override
    public void over() {
        err.print(CLEAR_LINE);
        err.flush();
    }
}
