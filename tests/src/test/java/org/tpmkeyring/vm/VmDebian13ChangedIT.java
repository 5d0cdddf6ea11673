// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import org.junit.jupiter.api.Order;

/** Debian 13, another command line. */
@Order(Integer.MAX_VALUE - 2)
class VmDebian13ChangedIT extends ChangedBoot {
    VmDebian13ChangedIT() {
        super(13);
    }
}
