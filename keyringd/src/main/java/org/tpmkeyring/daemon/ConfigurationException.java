// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

/** The command line or the configuration cannot be used. The message is one line and names the place. */
final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param place {@code FILE:LINE} or the name of an option
     */
    ConfigurationException(String place, String reason) {
        super(place + ": " + reason);
    }
}
