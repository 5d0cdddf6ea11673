// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import org.tpmkeyring.tpm.esys.binding.Esys;

/** Something of ours in the TPM, a transient object or a session, that {@link #close()} flushes. */
class OwnHandle implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OwnHandle.class.getName());

    private final EsysConnection connection;
    private final int[] handle;
    private boolean inTpm = true;

    OwnHandle(EsysConnection connection, int handle) {
        this.connection = connection;
        this.handle = new int[] {handle};
    }

    /** ESYS_TR. */
    int tr() {
        return handle[0];
    }

    /** The TPM has let it go by itself. */
    void gone() {
        inTpm = false;
    }

    /** Flushes it from the TPM and forgets it. Throws nothing: what failed before is more worth telling. */
    @Override
    public void close() {
        if (inTpm && !connection.isBroken()) {
            inTpm = false;
            try {
                connection.run("TPM2_FlushContext", ctx -> Esys.Esys_FlushContext(ctx, tr()));
                return;
            } catch (TpmCodeException e) {
                LOG.log(System.Logger.Level.DEBUG, "a handle was not flushed", e);
            }
        }
        int rc = Esys.Esys_TR_Close(connection.context(), handle);
        LOG.log(System.Logger.Level.TRACE, "Esys_TR_Close: {0}", rc);
    }
}
