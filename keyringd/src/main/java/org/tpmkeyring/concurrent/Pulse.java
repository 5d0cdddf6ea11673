// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.concurrent;

import java.time.Duration;

/** Something that may hang in native code or in a device, and can be asked from outside whether it does. */
@FunctionalInterface
public interface Pulse {
    /**
     * How long it has not moved although something waits for it; zero when nothing does. Asking makes something
     * wait: the next answer tells whether that was taken up. Never blocks.
     */
    Duration silence();
}
