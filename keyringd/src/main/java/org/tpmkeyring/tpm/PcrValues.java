// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrBank;
import org.tpmkeyring.protocol.value.PcrSelection;

/**
 * Values of PCRs of one bank.
 *
 * @param bank the bank
 * @param byIndex PCR number to digest, ascending; each digest has the bank's length
 */
public record PcrValues(PcrBank bank, SortedMap<Integer, Bytes> byIndex) {
    public PcrValues {
        byIndex = Collections.unmodifiableSortedMap(new TreeMap<>(byIndex));
        for (Bytes digest : byIndex.values()) {
            if (digest.length() != bank.digestBytes()) {
                throw new IllegalArgumentException(
                        "a " + bank.label() + " digest has " + bank.digestBytes() + " bytes");
            }
        }
    }

    public PcrSelection selection() {
        return new PcrSelection(bank, new java.util.TreeSet<>(byIndex.keySet()));
    }
}
