// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.lang.ref.Reference;
import java.nio.ByteOrder;
import java.util.Optional;
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
    /** Twice what sizeof(TPM2B_AUTH) is in tpm2-tss: a size and the longest digest. */
    private static final int AUTH_STRUCT_BYTES = 132;
    /** sizeof(UINT16): the size in front of every TPM2B structure. */
    private static final int SIZE_BYTES = 2;

    private NativeSecret() {}

    /**
     * A TPM2B_SENSITIVE_CREATE as a C structure in a page of its own. The caller owns it.
     *
     * @param auth authorisation value of the object
     */
    static SecretBuffer sensitiveCreate(SecretBuffer data, Optional<SecretBuffer> auth) {
        int authBytes = auth.map(SecretBuffer::size).orElse(0);
        try (SecretBuffer wire = SecretBuffer.allocate(SENSITIVE_HEADER_BYTES + authBytes + data.size())) {
            wire.withBytes(bytes -> bytes.putShort((short) (4 + authBytes + data.size()))
                    .putShort((short) authBytes)
                    .putShort(4 + authBytes, (short) data.size()));
            auth.ifPresent(value -> wire.put(4, value));
            wire.put(SENSITIVE_HEADER_BYTES + authBytes, data);
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

    /**
     * Gives an ESYS object its authorisation value. The library copies it; {@link #overwriteAuth} takes the copy away.
     *
     * @param auth at most 64 bytes
     */
    static void setAuth(EsysConnection connection, int object, SecretBuffer auth) throws TpmCodeException {
        try (SecretBuffer struct = SecretBuffer.allocate(AUTH_STRUCT_BYTES)) {
            struct.withBytes(bytes -> bytes.order(ByteOrder.nativeOrder()).putShort((short) auth.size()));
            struct.put(SIZE_BYTES, auth);
            EsysConnection.check(
                    Esys.Esys_TR_SetAuth(connection.context(), object, struct.unsafeAddress()), "Esys_TR_SetAuth");
        }
    }

    /**
     * Overwrites the copies that the library keeps of an authorisation value: in the object, in the session, where it
     * is a part of the HMAC key, and on the stack. A session computes its HMAC key anew as a first step of every
     * command; the object gets a value of ones for that, and the same session is named twice, so that the command has
     * two that encrypt, goes no further and sends nothing (esys_iutil.c, iesys_compute_session_value and
     * iesys_encrypt_param).
     */
    static void overwriteAuth(EsysConnection connection, int object, int session, SecretBuffer auth) {
        long context = connection.context();
        try (SecretBuffer struct = SecretBuffer.allocate(AUTH_STRUCT_BYTES)) {
            struct.withBytes(bytes -> {
                bytes.order(ByteOrder.nativeOrder()).putShort((short) auth.size());
                while (bytes.hasRemaining()) {
                    bytes.put((byte) 1);
                }
                return bytes;
            });
            long[] nothing = {0};
            if (Esys.Esys_TR_SetAuth(context, object, struct.unsafeAddress()) == 0
                    && Esys.Esys_Unseal(context, object, session, session, Esys.TR_NONE, nothing) == 0) {
                throw new IllegalStateException("an object was unsealed in two sessions that are one");
            }
        }
        connection.stack().wipeCopiesOf(auth);
    }

    private static int createWithoutParent(long context, long empty) {
        int none = Esys.TR_NONE;
        return Esys.Esys_Create(
                context, none, Esys.TR_PASSWORD, none, none, empty, empty, empty, empty, null, null, null, null, null);
    }
}
