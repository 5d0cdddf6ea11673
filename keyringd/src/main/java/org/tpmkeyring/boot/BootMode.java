// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.boot;

import java.util.Optional;

/** What this boot is for. */
@FunctionalInterface
public interface BootMode {
    /**
     * Whether a person asked for a shell instead of the system, so that nothing is to be unlocked by itself.
     *
     * @return what asks for it; empty in a normal boot
     */
    Optional<String> rescue();
}
