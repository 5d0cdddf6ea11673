// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.policy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrBank;

/**
 * An event that a PCR is extended with, computed without a TPM: each bank gets the digest of the text that its own
 * hash makes, as TPM2_PCR_Event does it.
 *
 * <p>Source: TPM 2.0 Library, part 3, 22.2 (TPM2_PCR_Extend) and 22.3 (TPM2_PCR_Event).
 *
 * @param text what happened, ASCII
 */
public record PcrEvent(String text) {
    /** What the bank is extended with. Where Java lacks the bank's hash it is SHA-256, which has the same length. */
    public Bytes digest(PcrBank bank) {
        MessageDigest hash = hash(bank).orElseGet(() -> hash(PcrBank.SHA256).orElseThrow());
        return Bytes.copyOf(hash.digest(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /**
     * What becomes of a PCR.
     *
     * @param before its value
     * @return empty where Java lacks the bank's hash, which is so for SM3
     */
    public Optional<Bytes> extended(PcrBank bank, Bytes before) {
        return hash(bank).map(hash -> {
            hash.update(before.toArray());
            return Bytes.copyOf(hash.digest(digest(bank).toArray()));
        });
    }

    private static Optional<MessageDigest> hash(PcrBank bank) {
        String name = switch (bank) {
            case SHA1 -> "SHA-1";
            case SHA256 -> "SHA-256";
            case SHA384 -> "SHA-384";
            case SHA512 -> "SHA-512";
            case SHA3_256 -> "SHA3-256";
            case SHA3_384 -> "SHA3-384";
            case SHA3_512 -> "SHA3-512";
            case SM3_256 -> "SM3";
        };
        try {
            return Optional.of(MessageDigest.getInstance(name));
        } catch (NoSuchAlgorithmException e) {
            return Optional.empty();
        }
    }
}
