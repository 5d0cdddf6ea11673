// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.util.Arrays;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.tpm.esys.WireReader.MalformedException;
import org.tpmkeyring.tpm.esys.binding.CMemory;

/**
 * A C structure of tpm2-tss whose layout nobody here knows: the library itself fills it from wire bytes. The
 * memory is at least twice what the largest one, TPM2B_PRIVATE, takes. Never for secrets.
 */
final class CStruct {
    private static final int MEMORY_BYTES = 4096;

    private final CMemory memory = CMemory.zeroed(MEMORY_BYTES);

    private CStruct() {}

    /** A {@code Tss2_MU_*_Unmarshal}. */
    @FunctionalInterface
    interface Unmarshal {
        int apply(byte[] from, long size, long[] offset, long to);
    }

    /** A {@code Tss2_MU_*_Marshal}. */
    @FunctionalInterface
    interface Marshal {
        int apply(long from, byte[] to, long size, long[] offset);
    }

    /** All zero: an empty sized buffer, an empty list. */
    static CStruct empty() {
        return new CStruct();
    }

    /**
     * @throws MalformedException when the library does not take these bytes, all of them, for that structure
     */
    static CStruct of(Unmarshal function, Bytes wire) throws MalformedException {
        CStruct struct = new CStruct();
        long[] offset = {0};
        int rc = function.apply(wire.toArray(), wire.length(), offset, struct.address());
        if (rc != 0 || offset[0] != wire.length()) {
            throw new MalformedException("its bytes are not a structure of the TPM");
        }
        return struct;
    }

    /** The same for bytes that this program made. */
    static CStruct ofOwn(Unmarshal function, Bytes wire) {
        try {
            return of(function, wire);
        } catch (MalformedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Wire bytes of a structure that the library allocated. */
    static Bytes wire(Marshal function, long address) {
        byte[] buffer = new byte[WireWriter.MAX_BYTES];
        long[] offset = {0};
        int rc = function.apply(address, buffer, buffer.length, offset);
        if (rc != 0) {
            throw new IllegalStateException("tpm2-tss cannot marshal its own structure: " + Integer.toHexString(rc));
        }
        return Bytes.copyOf(Arrays.copyOf(buffer, (int) offset[0]));
    }

    /** Valid as long as this object is referenced. */
    long address() {
        return memory.address();
    }
}
