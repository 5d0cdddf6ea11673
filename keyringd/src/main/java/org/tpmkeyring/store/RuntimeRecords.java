// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store;

/** Where what need not outlive the machine's next boot is kept. */
@FunctionalInterface
public interface RuntimeRecords {
    /**
     * The record of this name.
     *
     * @param name file name of lower-case letters
     */
    RuntimeRecord named(String name);
}
