// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

/** Debian 12, nothing changed. */
class VmDebian12UsualIT extends UsualBoot {
    VmDebian12UsualIT() {
        super(12);
    }
}
