// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

/** Where keyringd begins. */
public final class Main {
    private Main() {}

    /**
     * Serves until a signal comes. Ends at once with the exit status of {@link Daemon#run} when it cannot.
     *
     * @param arguments as {@code keyringd --help} has them
     */
    public static void main(String[] arguments) {
        ProcessHardening.apply();
        int status = new Daemon(Wiring::open).run(arguments);
        if (status != Daemon.SERVING) {
            System.exit(status);
        }
    }
}
