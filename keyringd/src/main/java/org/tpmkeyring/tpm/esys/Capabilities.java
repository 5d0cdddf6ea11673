// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.esys.WireReader.MalformedException;
import org.tpmkeyring.tpm.esys.binding.Esys;
import org.tpmkeyring.tpm.esys.binding.Mu;

/**
 * TPM2_GetCapability: what the TPM can and what it holds.
 *
 * <p>Source: TPM 2.0 Library, part 3, 30.2; part 2, 6.12 to 6.13 and 10.10.1 (TPMS_CAPABILITY_DATA).
 */
final class Capabilities {
    private static final int CAP_ALGS = 0;
    private static final int CAP_HANDLES = 1;
    private static final int CAP_PCRS = 5;
    private static final int CAP_TPM_PROPERTIES = 6;
    private static final int CAP_ECC_CURVES = 8;

    private static final long PT_LOCKOUT_INTERVAL = 0x210;
    private static final long PT_LOCKOUT_RECOVERY = 0x211;
    private static final int AS_MANY_AS_FIT = 254;

    private final EsysConnection connection;

    Capabilities(EsysConnection connection) {
        this.connection = connection;
    }

    /** Reads one entry of a list and says by which property the list goes on behind it. */
    @FunctionalInterface
    private interface Entry {
        long read(WireReader in) throws MalformedException;
    }

    /** TPM_PT to value, of a group of properties: 0x100 for fixed ones, 0x200 for those that vary. */
    SortedMap<Long, Long> properties(long group) throws TpmException, TpmCodeException {
        SortedMap<Long, Long> found = new TreeMap<>();
        list(CAP_TPM_PROPERTIES, group, 8, in -> {
            long property = in.u32();
            found.put(property, in.u32());
            return property;
        });
        return found.subMap(group, group + 0x100);
    }

    /** TPM_ALG_ID to TPMA_ALGORITHM. */
    SortedMap<Integer, Long> algorithms() throws TpmException, TpmCodeException {
        SortedMap<Integer, Long> found = new TreeMap<>();
        list(CAP_ALGS, 0, 6, in -> {
            int algorithm = in.u16();
            found.put(algorithm, in.u32());
            return algorithm;
        });
        return found;
    }

    /** TPM_ECC_CURVE. */
    List<Integer> eccCurves() throws TpmException, TpmCodeException {
        List<Integer> found = new ArrayList<>();
        list(CAP_ECC_CURVES, 0, 2, in -> {
            int curve = in.u16();
            found.add(curve);
            return curve;
        });
        return found;
    }

    /** Handles of a range, such as 0x81000000 for persistent objects and 0x01000000 for NV indexes. */
    List<Long> handles(long first) throws TpmException, TpmCodeException {
        List<Long> found = new ArrayList<>();
        list(CAP_HANDLES, first, 4, in -> {
            long handle = in.u32();
            found.add(handle);
            return handle;
        });
        return found;
    }

    /** Banks with at least one PCR, in the order of {@link org.tpmkeyring.protocol.value.PcrBank}. */
    List<PcrSelection> allocatedPcrs() throws TpmException, TpmCodeException {
        List<PcrSelection> found = new ArrayList<>();
        ask(CAP_PCRS, 0, in -> {
            PcrBanks.parse(in).forEach((bank, pcrs) -> found.add(new PcrSelection(bank, pcrs)));
            return false;
        });
        return found;
    }

    /** How long a lockout lasts at most: until one of the failures is forgotten. */
    Duration lockoutRecovery() throws TpmException, TpmCodeException {
        Map<Long, Long> variable = properties(0x200);
        long interval = variable.getOrDefault(PT_LOCKOUT_INTERVAL, 0L);
        return Duration.ofSeconds(interval > 0 ? interval : variable.getOrDefault(PT_LOCKOUT_RECOVERY, 0L));
    }

    /** How many wrong authorisations are possible before a lockout. */
    OptionalInt triesLeft() throws TpmException, TpmCodeException {
        return new LockoutState(properties(0x200)).triesLeft();
    }

    private void list(int capability, long first, int entryBytes, Entry entry) throws TpmException, TpmCodeException {
        long[] next = {first};
        boolean more = true;
        while (more) {
            long asked = next[0];
            more = ask(capability, asked, in -> {
                int count = in.count(entryBytes);
                for (int i = 0; i < count; i++) {
                    next[0] = entry.read(in) + 1;
                }
                return count > 0;
            });
        }
    }

    /** Reads one answer and says whether it had anything. */
    @FunctionalInterface
    private interface Answer {
        boolean read(WireReader in) throws MalformedException;
    }

    private boolean ask(int capability, long property, Answer answer) throws TpmException, TpmCodeException {
        Out data = new Out(Mu::Tss2_MU_TPMS_CAPABILITY_DATA_Marshal);
        byte[] moreData = {0};
        int none = Esys.TR_NONE;
        connection.run(
                "TPM2_GetCapability",
                ctx -> Esys.Esys_GetCapability(
                        ctx, none, none, none, capability, (int) property, AS_MANY_AS_FIT, moreData, data.pointer()));
        try {
            WireReader in = new WireReader(data.take());
            if (in.u32() != capability) {
                throw new MalformedException("it answers what was not asked");
            }
            return answer.read(in) && moreData[0] != 0;
        } catch (MalformedException e) {
            throw new TpmException.UnexpectedCode(
                    0, "TPM2_GetCapability", "the answer is malformed, " + e.getMessage());
        }
    }
}
