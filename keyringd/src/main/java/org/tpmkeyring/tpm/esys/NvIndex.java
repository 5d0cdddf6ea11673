// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.util.Optional;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.esys.WireReader.MalformedException;
import org.tpmkeyring.tpm.esys.binding.Esys;
import org.tpmkeyring.tpm.esys.binding.Mu;

/**
 * A public NV index that anybody may read.
 *
 * <p>Source: TPM 2.0 Library, part 3, 31.6 (TPM2_NV_ReadPublic) and 31.13 (TPM2_NV_Read).
 */
final class NvIndex {
    /** What every TPM gives in one answer. */
    private static final int CHUNK_BYTES = 512;

    private final EsysConnection connection;
    private final int index;

    NvIndex(EsysConnection connection, int index) {
        this.connection = connection;
        this.index = index;
    }

    /** What is in it; nothing when there is no such index, or nobody wrote to it, or it may not be read. */
    Optional<Bytes> read() throws TpmException, TpmCodeException {
        int none = Esys.TR_NONE;
        int[] found = {none};
        try {
            connection.run(
                    "TPM2_NV_ReadPublic", ctx -> Esys.Esys_TR_FromTPMPublic(ctx, index, none, none, none, found));
        } catch (TpmCodeException e) {
            if (e.reaction() == Reaction.HANDLE_MISSING) {
                return Optional.empty();
            }
            throw e;
        }
        try {
            return Optional.of(contents(found[0], size(found[0])));
        } catch (TpmCodeException e) {
            if (e.code().isFromTpm() && !e.reaction().retryable()) {
                return Optional.empty();
            }
            throw e;
        } finally {
            EsysConnection.check(Esys.Esys_TR_Close(connection.context(), found), "Esys_TR_Close");
        }
    }

    private int size(int object) throws TpmException, TpmCodeException {
        Out nvPublic = new Out(Mu::Tss2_MU_TPM2B_NV_PUBLIC_Marshal);
        int none = Esys.TR_NONE;
        connection.run(
                "TPM2_NV_ReadPublic",
                ctx -> Esys.Esys_NV_ReadPublic(ctx, object, none, none, none, nvPublic.pointer(), null));
        Bytes wire = nvPublic.take();
        try {
            WireReader in = new WireReader(new WireReader(wire).sized());
            in.raw(4 + 2 + 4);
            in.raw(in.u16());
            return in.u16();
        } catch (MalformedException e) {
            throw malformed("TPM2_NV_ReadPublic", e);
        }
    }

    private Bytes contents(int object, int size) throws TpmException, TpmCodeException {
        WireWriter contents = new WireWriter();
        for (int offset = 0; offset < Math.min(size, WireWriter.MAX_BYTES); offset += CHUNK_BYTES) {
            contents.raw(chunk(object, Math.min(CHUNK_BYTES, Math.min(size, WireWriter.MAX_BYTES) - offset), offset));
        }
        return contents.bytes();
    }

    private Bytes chunk(int object, int length, int offset) throws TpmException, TpmCodeException {
        Out data = new Out(Mu::Tss2_MU_TPM2B_MAX_NV_BUFFER_Marshal);
        connection.run(
                "TPM2_NV_Read",
                ctx -> Esys.Esys_NV_Read(
                        ctx,
                        object,
                        object,
                        Esys.TR_PASSWORD,
                        Esys.TR_NONE,
                        Esys.TR_NONE,
                        (short) length,
                        (short) offset,
                        data.pointer()));
        Bytes wire = data.take();
        try {
            return new WireReader(wire).sized();
        } catch (MalformedException e) {
            throw malformed("TPM2_NV_Read", e);
        }
    }

    private static TpmException malformed(String command, MalformedException cause) {
        return new TpmException.UnexpectedCode(0, command, "the answer is malformed, " + cause.getMessage());
    }
}
