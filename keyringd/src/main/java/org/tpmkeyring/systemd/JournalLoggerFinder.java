// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.systemd;

/** Makes every {@link System.Logger} of the process a {@link JournalLogger}. Found as a service by the JDK. */
public final class JournalLoggerFinder extends System.LoggerFinder {
    @Override
    public System.Logger getLogger(String name, Module module) {
        return new JournalLogger(name);
    }
}
