// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

/** Debian 13, another command line. */
class VmDebian13ChangedIT extends ChangedBoot {
    VmDebian13ChangedIT() {
        super(13);
    }
}
