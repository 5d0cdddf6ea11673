// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

/**
 * How a machine is switched on. Immutable.
 *
 * @param words what stands on the kernel's command line beside what every boot has, or nothing
 * @param changedInitrd whether the initial RAM disk has a file more
 * @param tpm whether the machine has its TPM
 * @param early a script that the guest runs before anything of ours is started, or nothing
 */
record Boot(String words, boolean changedInitrd, boolean tpm, String early) {
    /** As every day. */
    static final Boot USUAL = new Boot("", false, true, "");

    /** The same with more words on the kernel's command line, which PCR 9 measures. */
    Boot withWords(String more) {
        return new Boot((words + " " + more).strip(), changedInitrd, tpm, early);
    }

    /** The same with another initial RAM disk, which PCR 9 measures. */
    Boot withChangedInitrd() {
        return new Boot(words, true, tpm, early);
    }

    /** The same with the TPM taken out of the machine. */
    Boot withoutTpm() {
        return new Boot(words, changedInitrd, false, early);
    }

    /**
     * The same after a script in bash, which ends at the first command that fails. It comes as a firmware file that
     * nothing measures: to the TPM this is the boot it was.
     */
    Boot after(String script) {
        return new Boot(words, changedInitrd, tpm, script);
    }
}
