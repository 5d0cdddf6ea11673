// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.tpm.esys.WireReader.MalformedException;

/**
 * A serialised ESYS handle of a storage key, taken apart so that a stored one can be judged before the library
 * sees it.
 *
 * <p>Source: tpm2-tss, src/tss2-esys/esys_mu.c, iesys_MU_IESYS_RESOURCE_Marshal; the same in 3.x and 4.x.
 *
 * @param handle TPM_HANDLE, in the owner's persistent range
 * @param name Name, equal to the one of the public area
 * @param publicArea of the key
 * @param serialised as a whole
 */
record ParentKey(long handle, Bytes name, PublicArea publicArea, Bytes serialised) {
    private static final long PERSISTENT_FIRST = 0x8100_0000L;
    private static final long OWNER_PERSISTENT_LAST = 0x817F_FFFFL;
    private static final int RESOURCE_KEY = 1;
    private static final int ALG_AES = 0x0006;

    /**
     * @throws MalformedException when it is anything but a persistent key whose Name fits its public area
     */
    static ParentKey parse(Bytes serialised) throws MalformedException {
        WireReader in = new WireReader(serialised);
        long handle = in.u32();
        Bytes name = in.sized();
        long resource = in.u32();
        PublicArea area = PublicArea.parse(in.raw(in.remaining()));
        if (handle < PERSISTENT_FIRST || handle > OWNER_PERSISTENT_LAST || resource != RESOURCE_KEY) {
            throw new MalformedException("its parent is not a persistent key");
        }
        if (!area.name().equals(name)) {
            throw new MalformedException("the name of its parent does not belong to the parent's public area");
        }
        return new ParentKey(handle, name, area, serialised);
    }

    /** Whether objects may be sealed under it: a storage key that this TPM made and that cannot leave it. */
    boolean isStorageKey() {
        boolean asymmetric = publicArea.type() == PublicArea.ALG_ECC || publicArea.type() == PublicArea.ALG_RSA;
        return asymmetric
                && publicArea.firstParameter() == ALG_AES
                && publicArea.has(PublicArea.RESTRICTED
                        | PublicArea.DECRYPT
                        | PublicArea.FIXED_TPM
                        | PublicArea.FIXED_PARENT
                        | PublicArea.SENSITIVE_DATA_ORIGIN
                        | PublicArea.USER_WITH_AUTH);
    }
}
