// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.concurrent;

import java.time.Duration;

/** Does work after a while. */
@FunctionalInterface
public interface Later {
    /**
     * Never blocks. What the work throws is logged; work that is due after the end is not done.
     *
     * @param work must not wait for a person
     */
    void run(Duration delay, Runnable work);
}
