// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

/**
 * How a machine is switched on. Immutable.
 *
 * @param words what stands on the kernel's command line beside what every boot has, or nothing
 * @param changedInitrd whether the initial RAM disk has a file more
 * @param tpm whether the machine has its TPM
 */
record Boot(String words, boolean changedInitrd, boolean tpm) {
    /** As every day. */
    static final Boot USUAL = new Boot("", false, true);

    /** The same with more words on the kernel's command line, which PCR 9 measures. */
    Boot withWords(String more) {
        return new Boot((words + " " + more).strip(), changedInitrd, tpm);
    }

    /** The same with another initial RAM disk, which PCR 9 measures. */
    Boot withChangedInitrd() {
        return new Boot(words, true, tpm);
    }

    /** The same with the TPM taken out of the machine. */
    Boot withoutTpm() {
        return new Boot(words, changedInitrd, false);
    }
}
