// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel;

/**
 * Serial number of a kernel key ({@code key_serial_t}).
 *
 * @param value positive
 */
public record KeySerial(int value) {
    public KeySerial {
        if (value <= 0) {
            throw new IllegalArgumentException("a key serial is positive");
        }
    }
}
