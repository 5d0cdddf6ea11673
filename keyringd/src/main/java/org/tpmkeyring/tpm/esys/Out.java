// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.tpm.esys.binding.Esys;

/** Where a command leaves a structure that the library allocates. Never for secrets. */
final class Out {
    private final CStruct.Marshal marshal;
    private final long[] pointer = {0};

    /**
     * @param marshal {@code Tss2_MU_*_Marshal} of the structure's type
     */
    Out(CStruct.Marshal marshal) {
        this.marshal = marshal;
    }

    /** For the command to write to. */
    long[] pointer() {
        return pointer;
    }

    /** The wire bytes; gives the C structure back, so this works once. */
    Bytes take() {
        try {
            return CStruct.wire(marshal, pointer[0]);
        } finally {
            Esys.Esys_Free(pointer[0]);
            pointer[0] = 0;
        }
    }
}
