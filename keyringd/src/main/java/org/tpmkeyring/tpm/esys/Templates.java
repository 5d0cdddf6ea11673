// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import org.tpmkeyring.protocol.value.Bytes;

/** The public areas that TPM2_CreatePrimary and TPM2_Create are asked for, as TPM2B_PUBLIC wire bytes. */
final class Templates {
    private static final int ALG_AES = 0x0006;
    private static final int ALG_CFB = 0x0043;
    private static final int ECC_NIST_P256 = 0x0003;

    private static final long STORAGE_ATTRIBUTES = PublicArea.FIXED_TPM
            | PublicArea.FIXED_PARENT
            | PublicArea.SENSITIVE_DATA_ORIGIN
            | PublicArea.USER_WITH_AUTH
            | PublicArea.NO_DA
            | PublicArea.RESTRICTED
            | PublicArea.DECRYPT;

    /**
     * All that a sealed object of ours has. userWithAuth is clear, or an empty password would open it without
     * the policy; noDA is set, for there is no password to guess.
     */
    static final long SEALED_ATTRIBUTES =
            PublicArea.FIXED_TPM | PublicArea.FIXED_PARENT | PublicArea.ADMIN_WITH_POLICY | PublicArea.NO_DA;

    /** The same with an authorisation value: it could be guessed, so the TPM counts wrong ones. */
    static final long SEALED_WITH_AUTH_ATTRIBUTES = SEALED_ATTRIBUTES & ~PublicArea.NO_DA;

    private Templates() {}

    /**
     * The ECC P-256 storage root key. With an empty {@code unique} it is the very key that systemd makes.
     *
     * <p>Source: TCG TPM 2.0 Provisioning Guidance 1.0, 7.5.1; TCG EK Credential Profile, template L-2; systemd,
     * src/shared/tpm2-util.c, tpm2_get_srk_template.
     */
    static Bytes storageRootKey() {
        WireWriter area = new WireWriter()
                .u16(PublicArea.ALG_ECC)
                .u16(PublicArea.ALG_SHA256)
                .u32(STORAGE_ATTRIBUTES)
                .u16(0);
        area.u16(ALG_AES).u16(128).u16(ALG_CFB);
        area.u16(PublicArea.ALG_NULL).u16(ECC_NIST_P256).u16(PublicArea.ALG_NULL);
        area.u16(0).u16(0);
        return new WireWriter().sized(area.bytes()).bytes();
    }

    /**
     * A sealed data object that only this policy opens.
     *
     * <p>Source: TPM 2.0 Library, part 1, 27.5 (sealed data objects).
     */
    static Bytes sealedObject(Bytes policyDigest) {
        return sealedObject(SEALED_ATTRIBUTES, policyDigest);
    }

    /** The same with an authorisation value, which the policy asks for. */
    static Bytes sealedObjectWithAuth(Bytes policyDigest) {
        return sealedObject(SEALED_WITH_AUTH_ATTRIBUTES, policyDigest);
    }

    private static Bytes sealedObject(long attributes, Bytes policyDigest) {
        Bytes area = new WireWriter()
                .u16(PublicArea.ALG_KEYEDHASH)
                .u16(PublicArea.ALG_SHA256)
                .u32(attributes)
                .sized(policyDigest)
                .u16(PublicArea.ALG_NULL)
                .u16(0)
                .bytes();
        return new WireWriter().sized(area).bytes();
    }
}
