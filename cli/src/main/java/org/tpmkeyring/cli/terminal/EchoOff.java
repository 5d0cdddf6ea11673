// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.terminal;

import java.io.IOException;

/**
 * A stretch of time in which typing is not shown. Ends with {@link #close}, and also when the process is
 * interrupted meanwhile, so that nobody is left with a terminal that shows nothing.
 */
final class EchoOff {
    private final String settings;
    private final Thread onExit = new Thread(this::restore, "echo on again");

    private EchoOff(String settings) {
        this.settings = settings;
    }

    static EchoOff begin() throws IOException {
        EchoOff hidden = new EchoOff(Stty.run("-g"));
        Runtime.getRuntime().addShutdownHook(hidden.onExit);
        Stty.run("-echo");
        return hidden;
    }

    private void restore() {
        try {
            Stty.run(settings);
        } catch (IOException terminalGone) {
            return;
        }
    }

    /** Typing is shown again. */
    void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException exiting) {
            return;
        }
    }
}
