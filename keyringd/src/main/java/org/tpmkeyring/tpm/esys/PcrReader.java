// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tpmkeyring.policy.PcrPolicy;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrBank;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.tpm.PcrValues;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.esys.WireReader.MalformedException;
import org.tpmkeyring.tpm.esys.binding.Esys;
import org.tpmkeyring.tpm.esys.binding.Mu;

/**
 * Reads PCRs. A TPM answers with at most eight digests a time, and between two answers a PCR may be extended:
 * values that do not belong together are read again.
 *
 * <p>Source: TPM 2.0 Library, part 3, 22.4 (TPM2_PCR_Read).
 */
final class PcrReader {
    private static final int ATTEMPTS = 30;

    private final EsysConnection connection;

    PcrReader(EsysConnection connection) {
        this.connection = connection;
    }

    /**
     * All of them, as they were at one moment.
     *
     * @throws TpmException.NotSupported when the bank, or one of the PCRs in it, is not allocated
     */
    PcrValues read(PcrSelection wanted) throws TpmException, TpmCodeException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<PcrValues> consistent = tryOnce(wanted);
            if (consistent.isPresent()) {
                return consistent.get();
            }
        }
        throw new TpmException.UnexpectedCode(0, "TPM2_PCR_Read", "the PCRs change too fast to be read");
    }

    /** One answer: the counter of extends, and values by PCR. */
    private record Answer(int updateCounter, SortedMap<Integer, Bytes> values) {}

    private Optional<PcrValues> tryOnce(PcrSelection wanted) throws TpmException, TpmCodeException {
        SortedMap<Integer, Bytes> values = new TreeMap<>();
        SortedSet<Integer> missing = new TreeSet<>(wanted.pcrs());
        Integer counter = null;
        while (!missing.isEmpty()) {
            Answer answer = ask(new PcrSelection(wanted.bank(), missing));
            if (counter != null && counter != answer.updateCounter()) {
                return Optional.empty();
            }
            counter = answer.updateCounter();
            if (!missing.removeAll(answer.values().keySet())) {
                throw notAllocated(wanted.bank(), missing.first());
            }
            values.putAll(answer.values());
        }
        return Optional.of(new PcrValues(wanted.bank(), values));
    }

    private Answer ask(PcrSelection selection) throws TpmException, TpmCodeException {
        CStruct in = CStruct.ofOwn(Mu::Tss2_MU_TPML_PCR_SELECTION_Unmarshal, PcrPolicy.selection(selection));
        int[] counter = {0};
        Out chosen = new Out(Mu::Tss2_MU_TPML_PCR_SELECTION_Marshal);
        Out digests = new Out(Mu::Tss2_MU_TPML_DIGEST_Marshal);
        int none = Esys.TR_NONE;
        try {
            connection.run(
                    "TPM2_PCR_Read",
                    ctx -> Esys.Esys_PCR_Read(
                            ctx, none, none, none, in.address(), counter, chosen.pointer(), digests.pointer()));
        } catch (TpmCodeException e) {
            if (e.code().blamesParameter()) {
                throw notAllocated(selection.bank(), selection.pcrs().first());
            }
            throw e;
        }
        Bytes chosenWire = chosen.take();
        Bytes digestWire = digests.take();
        try {
            return new Answer(counter[0], pair(selection, chosenWire, digestWire));
        } catch (MalformedException e) {
            throw new TpmException.UnexpectedCode(0, "TPM2_PCR_Read", "the answer is malformed, " + e.getMessage());
        }
    }

    private static SortedMap<Integer, Bytes> pair(PcrSelection asked, Bytes chosenWire, Bytes digestWire)
            throws MalformedException {
        SortedMap<Integer, Bytes> values = new TreeMap<>();
        WireReader digests = new WireReader(digestWire);
        int count = digests.count(2);
        for (int pcr : PcrBanks.parse(new WireReader(chosenWire)).getOrDefault(asked.bank(), new TreeSet<>())) {
            Bytes digest = digests.sized();
            if (!asked.pcrs().contains(pcr) || digest.length() != asked.bank().digestBytes()) {
                throw new MalformedException("it answers what was not asked");
            }
            values.put(pcr, digest);
        }
        if (values.size() != count) {
            throw new MalformedException("it has another number of digests than of PCRs");
        }
        return values;
    }

    private static TpmException notAllocated(PcrBank bank, int pcr) {
        return new TpmException.NotSupported(
                "PCR bank " + bank.label(), "this TPM keeps no PCR " + pcr + " in bank " + bank.label());
    }
}
