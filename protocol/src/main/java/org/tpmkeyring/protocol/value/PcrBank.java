// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.value;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A PCR bank: the hash that extends it. Source: TCG Algorithm Registry, table of TPM_ALG_ID. */
public enum PcrBank {
    SHA1(0x0004, 20),
    SHA256(0x000B, 32),
    SHA384(0x000C, 48),
    SHA512(0x000D, 64),
    SM3_256(0x0012, 32),
    SHA3_256(0x0027, 32),
    SHA3_384(0x0028, 48),
    SHA3_512(0x0029, 64);

    private final int algorithmId;
    private final int digestBytes;

    PcrBank(int algorithmId, int digestBytes) {
        this.algorithmId = algorithmId;
        this.digestBytes = digestBytes;
    }

    /** TPM_ALG_ID, 16 bit. */
    public int algorithmId() {
        return algorithmId;
    }

    public int digestBytes() {
        return digestBytes;
    }

    /** Lower-case name as systemd and tpm2-tools spell it, such as {@code sha256}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<PcrBank> byLabel(String label) {
        return Arrays.stream(values()).filter(b -> b.label().equals(label)).findFirst();
    }

    public static Optional<PcrBank> byAlgorithmId(int id) {
        return Arrays.stream(values()).filter(b -> b.algorithmId == id).findFirst();
    }
}
