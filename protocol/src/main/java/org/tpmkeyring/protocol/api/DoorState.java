// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

/** The door as the daemon last saw it. */
public enum DoorState {
    /** There is none, by configuration. */
    OFF,
    OPEN,
    /** Closing it was begun and nobody saw whether it was done; closing it again settles that. */
    INTERRUPTED,
    CLOSED
}
