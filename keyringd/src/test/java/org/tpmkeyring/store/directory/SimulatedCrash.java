// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory;

/** The process is gone; nothing that runs after this has an effect. */
final class SimulatedCrash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SimulatedCrash(String operation) {
        super(operation);
    }
}
