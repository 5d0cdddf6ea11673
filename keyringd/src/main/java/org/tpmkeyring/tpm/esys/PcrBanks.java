// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.tpmkeyring.protocol.value.PcrBank;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.tpm.esys.WireReader.MalformedException;

/** Reads TPML_PCR_SELECTION (TPM 2.0 Library, part 2, 10.9.7). */
final class PcrBanks {
    private static final int SMALLEST_ENTRY_BYTES = 3;

    private PcrBanks() {}

    /**
     * PCRs by bank; banks without any are left out, as are PCRs above 23 and banks that nobody knows the name
     * of.
     */
    static Map<PcrBank, SortedSet<Integer>> parse(WireReader in) throws MalformedException {
        Map<PcrBank, SortedSet<Integer>> banks = new EnumMap<>(PcrBank.class);
        int count = in.count(SMALLEST_ENTRY_BYTES);
        for (int i = 0; i < count; i++) {
            Optional<PcrBank> bank = PcrBank.byAlgorithmId(in.u16());
            SortedSet<Integer> pcrs = bits(in);
            if (bank.isPresent() && !pcrs.isEmpty()) {
                banks.put(bank.get(), pcrs);
            }
        }
        return banks;
    }

    private static SortedSet<Integer> bits(WireReader in) throws MalformedException {
        SortedSet<Integer> pcrs = new TreeSet<>();
        int octets = in.u8();
        for (int octet = 0; octet < octets; octet++) {
            int bits = in.u8();
            for (int bit = 0; bit < 8; bit++) {
                int pcr = 8 * octet + bit;
                if ((bits >> bit & 1) == 1 && pcr <= PcrSelection.MAX_PCR) {
                    pcrs.add(pcr);
                }
            }
        }
        return pcrs;
    }
}
