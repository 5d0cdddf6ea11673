// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import java.io.IOException;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Debian 12, another command line, and another initrd. */
@Order(3)
class VmDebian12ChangedIT extends ChangedBoot {
    VmDebian12ChangedIT() {
        super(12);
    }

    @Test
    @Order(5)
    void show2AnotherInitrdIsRefusedTheSameWay() throws IOException {
        cutPowerAndBoot(Boot.USUAL.withWords("changed-by-somebody").withChangedInitrd());
        assertNothingIsReleased();
        assertConsoleNamesPcr9();
    }
}
