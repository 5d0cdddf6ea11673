// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.tpm.esys.WireReader.MalformedException;

/**
 * The parts of a TPM2B_PUBLIC that decide whether an object is fit for its use.
 *
 * <p>Source: TPM 2.0 Library, part 2, 12.2.4 (TPMT_PUBLIC) and 8.3 (TPMA_OBJECT).
 *
 * @param type TPM_ALG_ID
 * @param nameAlg TPM_ALG_ID
 * @param attributes TPMA_OBJECT
 * @param authPolicy digest, may be empty
 * @param firstParameter TPM_ALG_ID: scheme of a keyed hash, symmetric algorithm of an asymmetric key
 * @param area TPMT_PUBLIC, which the Name is made of
 */
record PublicArea(int type, int nameAlg, long attributes, Bytes authPolicy, int firstParameter, Bytes area) {
    static final int ALG_RSA = 0x0001;
    static final int ALG_KEYEDHASH = 0x0008;
    static final int ALG_SHA256 = 0x000B;
    static final int ALG_NULL = 0x0010;
    static final int ALG_ECC = 0x0023;

    static final long FIXED_TPM = 1L << 1;
    static final long FIXED_PARENT = 1L << 4;
    static final long SENSITIVE_DATA_ORIGIN = 1L << 5;
    static final long USER_WITH_AUTH = 1L << 6;
    static final long ADMIN_WITH_POLICY = 1L << 7;
    static final long NO_DA = 1L << 10;
    static final long RESTRICTED = 1L << 16;
    static final long DECRYPT = 1L << 17;

    /** Reads a TPM2B_PUBLIC. */
    static PublicArea parse(Bytes sizedPublic) throws MalformedException {
        WireReader outer = new WireReader(sizedPublic);
        Bytes area = outer.sized();
        outer.end();
        WireReader in = new WireReader(area);
        return new PublicArea(in.u16(), in.u16(), in.u32(), in.sized(), in.u16(), area);
    }

    /** Whether all of these attributes are set. */
    boolean has(long wanted) {
        return (attributes & wanted) == wanted;
    }

    /** The Name: algorithm and digest of the public area; part 1, 16. Known for SHA-256 alone. */
    Bytes name() throws MalformedException {
        if (nameAlg != ALG_SHA256) {
            throw new MalformedException("its name is not made with SHA-256");
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(area.toArray());
            return new WireWriter().u16(nameAlg).raw(Bytes.copyOf(digest)).bytes();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
