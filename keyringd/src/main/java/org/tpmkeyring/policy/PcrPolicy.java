// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.policy;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.tpm.PcrValues;

/**
 * Literal PCR policy: what TPM2_PolicyPCR makes of PCR values, computed without a TPM.
 *
 * <p>Source: TPM 2.0 Library, part 3, 23.7 (TPM2_PolicyPCR); part 2, 10.6.2 (TPMS_PCR_SELECTION) and 10.9.7
 * (TPML_PCR_SELECTION).
 */
public final class PcrPolicy {
    /** Length of every digest here: policies are SHA-256 whatever the bank. */
    public static final int DIGEST_BYTES = 32;

    private static final int TPM_CC_POLICY_PCR = 0x0000017F;
    private static final int TPM_CC_POLICY_AUTH_VALUE = 0x0000016B;
    private static final int SELECT_BYTES = 3;
    private static final int SELECTION_BYTES = 4 + 2 + 1 + SELECT_BYTES;

    private PcrPolicy() {}

    /** SHA-256 over the values, ascending by PCR; the pcrDigest parameter of TPM2_PolicyPCR. */
    public static Bytes pcrDigest(PcrValues values) {
        MessageDigest hash = sha256();
        values.byIndex().values().forEach(value -> hash.update(value.toArray()));
        return Bytes.copyOf(hash.digest());
    }

    /** The authPolicy of an object that is bound to exactly these values and to nothing else. */
    public static Bytes policyDigest(PcrValues values) {
        MessageDigest hash = sha256();
        hash.update(new byte[DIGEST_BYTES]);
        hash.update(ByteBuffer.allocate(4).putInt(TPM_CC_POLICY_PCR).flip());
        hash.update(selection(values.selection()).toArray());
        hash.update(pcrDigest(values).toArray());
        return Bytes.copyOf(hash.digest());
    }

    /**
     * The authPolicy of an object that is bound to these values and to the authorisation value of the object:
     * TPM2_PolicyPCR, then TPM2_PolicyAuthValue (part 3, 23.17).
     */
    public static Bytes policyDigestWithAuth(PcrValues values) {
        MessageDigest hash = sha256();
        hash.update(policyDigest(values).toArray());
        hash.update(ByteBuffer.allocate(4).putInt(TPM_CC_POLICY_AUTH_VALUE).flip());
        return Bytes.copyOf(hash.digest());
    }

    /** A TPML_PCR_SELECTION with one bank, wire bytes. */
    public static Bytes selection(PcrSelection pcrs) {
        ByteBuffer wire = ByteBuffer.allocate(SELECTION_BYTES);
        wire.putInt(1).putShort((short) pcrs.bank().algorithmId()).put((byte) SELECT_BYTES);
        for (int octet = 0; octet < SELECT_BYTES; octet++) {
            wire.put((byte) (pcrs.mask24Bit() >> (8 * octet) & 0xFF));
        }
        return Bytes.copyOf(wire.array());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
