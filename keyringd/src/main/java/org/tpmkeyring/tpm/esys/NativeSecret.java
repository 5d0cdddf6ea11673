// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.lang.ref.Reference;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.secret.binding.LibC;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.esys.binding.CMemory;
import org.tpmkeyring.tpm.esys.binding.Esys;
import org.tpmkeyring.tpm.esys.binding.Mu;
import org.tpmkeyring.tpm.esys.binding.Sys;

/**
 * Secrets on their way into and out of tpm2-tss, from page to page, and the traces that the library would
 * leave of them.
 */
final class NativeSecret {
    /** size, size of the authorisation value, size of the data. */
    private static final int SENSITIVE_HEADER_BYTES = 6;
    /** Twice what sizeof(TPM2B_SENSITIVE_CREATE) is in tpm2-tss 3.2. */
    private static final int SENSITIVE_STRUCT_BYTES = 1024;
    /** sizeof(UINT16): the size in front of every TPM2B structure. */
    private static final int SIZE_BYTES = 2;

    private NativeSecret() {}

    /**
     * A TPM2B_SENSITIVE_CREATE without authorisation value, as a C structure in a page of its own. The caller
     * owns it.
     */
    static SecretBuffer sensitiveCreate(SecretBuffer data) {
        try (SecretBuffer wire = SecretBuffer.allocate(SENSITIVE_HEADER_BYTES + data.size())) {
            wire.withBytes(bytes -> bytes.putShort((short) (4 + data.size()))
                    .putShort((short) 0)
                    .putShort((short) data.size()));
            wire.put(SENSITIVE_HEADER_BYTES, data);
            SecretBuffer struct = SecretBuffer.allocate(SENSITIVE_STRUCT_BYTES);
            long[] offset = {0};
            int rc = Mu.Tss2_MU_TPM2B_SENSITIVE_CREATE_Unmarshal(
                    wire.unsafeAddress(), wire.size(), offset, struct.unsafeAddress());
            if (rc != 0) {
                struct.close();
                throw new IllegalArgumentException("a secret of " + data.size() + " bytes cannot be sealed");
            }
            return struct;
        }
    }

    /**
     * Takes what a TPM2B structure holds that the library allocated as the first parameter of a response. The
     * structure is wiped and given back whatever happens, and so are the response buffer of the context, in which
     * the library decrypted it, and the stack.
     *
     * @param maxBytes most that is believed
     * @return the contents; the caller owns them
     * @throws TpmException.MalformedObject when it is empty or longer
     */
    static SecretBuffer take(EsysConnection connection, long sizedBuffer, int maxBytes) throws TpmException {
        try {
            int length = CMemory.unsignedShortAt(sizedBuffer);
            if (length < 1 || length > maxBytes) {
                throw new TpmException.MalformedObject("the TPM answers with a secret of " + length + " bytes");
            }
            SecretBuffer secret = SecretBuffer.allocate(length);
            LibC.memcpy(secret.unsafeAddress(), sizedBuffer + SIZE_BYTES, length);
            connection.stack().wipeCopiesOf(secret);
            return secret;
        } finally {
            LibC.explicitBzero(sizedBuffer, SIZE_BYTES + CMemory.unsignedShortAt(sizedBuffer));
            Esys.Esys_Free(sizedBuffer);
            wipeResponse(connection);
        }
    }

    private static void wipeResponse(EsysConnection connection) {
        long[] sys = {0};
        long[] size = {0};
        long[] parameter = {0};
        if (Esys.Esys_GetSysContext(connection.context(), sys) == 0
                && Sys.Tss2_Sys_GetEncryptParam(sys[0], size, parameter) == 0) {
            LibC.explicitBzero(parameter[0], size[0]);
        }
    }

    /**
     * Overwrites the copy that an ESYS context keeps of what Esys_Create was given. The library does so itself as
     * the first step of the next Create: one that has an empty secret and no parent goes no further and sends
     * nothing.
     */
    static void overwriteKeptSensitive(EsysConnection connection) {
        CStruct empty = CStruct.empty();
        try {
            int rc = createWithoutParent(connection.context(), empty.address());
            if (rc == 0) {
                throw new IllegalStateException("an object was created without a parent");
            }
        } finally {
            Reference.reachabilityFence(empty);
        }
    }

    private static int createWithoutParent(long context, long empty) {
        int none = Esys.TR_NONE;
        return Esys.Esys_Create(
                context, none, Esys.TR_PASSWORD, none, none, empty, empty, empty, empty, null, null, null, null, null);
    }
}
