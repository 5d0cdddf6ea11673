// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * Algorithms in words.
 *
 * <p>Source: TCG Algorithm Registry, tables of TPM_ALG_ID and TPM_ECC_CURVE; kinds from TPMA_ALGORITHM, TPM 2.0
 * Library, part 2, 8.2.
 *
 * @param attributes TPM_ALG_ID to TPMA_ALGORITHM, what the TPM has
 */
record AlgorithmNames(SortedMap<Integer, Long> attributes) {
    private static final long ASYMMETRIC = 1L;
    private static final long SYMMETRIC = 1L << 1;
    private static final long HASH = 1L << 2;
    private static final long SIGNING = 1L << 8;
    private static final int ALG_AES = 0x0006;
    private static final int ALG_CFB = 0x0043;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(0x0001, "RSA"),
            Map.entry(0x0003, "TDES"),
            Map.entry(0x0004, "SHA-1"),
            Map.entry(0x0005, "HMAC"),
            Map.entry(0x0006, "AES"),
            Map.entry(0x0007, "MGF1"),
            Map.entry(0x0008, "keyed hash"),
            Map.entry(0x000A, "XOR"),
            Map.entry(0x000B, "SHA-256"),
            Map.entry(0x000C, "SHA-384"),
            Map.entry(0x000D, "SHA-512"),
            Map.entry(0x0012, "SM3-256"),
            Map.entry(0x0013, "SM4"),
            Map.entry(0x0014, "RSASSA"),
            Map.entry(0x0015, "RSAES"),
            Map.entry(0x0016, "RSAPSS"),
            Map.entry(0x0017, "OAEP"),
            Map.entry(0x0018, "ECDSA"),
            Map.entry(0x0019, "ECDH"),
            Map.entry(0x001A, "ECDAA"),
            Map.entry(0x001B, "SM2"),
            Map.entry(0x001C, "ECSchnorr"),
            Map.entry(0x001D, "ECMQV"),
            Map.entry(0x0020, "KDF1 SP800-56A"),
            Map.entry(0x0021, "KDF2"),
            Map.entry(0x0022, "KDF1 SP800-108"),
            Map.entry(0x0023, "ECC"),
            Map.entry(0x0025, "symmetric cipher object"),
            Map.entry(0x0026, "Camellia"),
            Map.entry(0x0027, "SHA3-256"),
            Map.entry(0x0028, "SHA3-384"),
            Map.entry(0x0029, "SHA3-512"),
            Map.entry(0x003F, "CMAC"),
            Map.entry(0x0040, "CTR"),
            Map.entry(0x0041, "OFB"),
            Map.entry(0x0042, "CBC"),
            Map.entry(0x0043, "CFB"),
            Map.entry(0x0044, "ECB"));

    private static final Map<Integer, String> CURVES = Map.ofEntries(
            Map.entry(0x0001, "NIST P-192"),
            Map.entry(0x0002, "NIST P-224"),
            Map.entry(0x0003, "NIST P-256"),
            Map.entry(0x0004, "NIST P-384"),
            Map.entry(0x0005, "NIST P-521"),
            Map.entry(0x0010, "BN P-256"),
            Map.entry(0x0011, "BN P-638"),
            Map.entry(0x0020, "SM2 P-256"),
            Map.entry(0x0030, "Brainpool P-256 r1"),
            Map.entry(0x0031, "Brainpool P-384 r1"),
            Map.entry(0x0032, "Brainpool P-512 r1"),
            Map.entry(0x0040, "Curve25519"),
            Map.entry(0x0041, "Curve448"));

    static String curve(int id) {
        return CURVES.getOrDefault(id, "curve 0x" + Integer.toHexString(id));
    }

    private static String algorithm(int id) {
        return NAMES.getOrDefault(id, "algorithm 0x" + Integer.toHexString(id));
    }

    /** Kind to the names of its algorithms, joined; kinds in the order of reading. */
    Map<String, String> byKind() {
        Map<String, String> kinds = new LinkedHashMap<>();
        for (String kind : new String[] {"Hashes", "Ciphers and modes", "Asymmetric", "Signatures", "Methods"}) {
            kinds.put(kind, "");
        }
        attributes.forEach((id, bits) ->
                kinds.merge(kind(bits), algorithm(id), (list, name) -> list.isEmpty() ? name : list + ", " + name));
        kinds.values().removeIf(String::isEmpty);
        return kinds;
    }

    private static String kind(long bits) {
        if (bits == HASH) {
            return "Hashes";
        }
        if ((bits & SYMMETRIC) != 0) {
            return "Ciphers and modes";
        }
        if ((bits & SIGNING) != 0) {
            return "Signatures";
        }
        return (bits & ASYMMETRIC) != 0 ? "Asymmetric" : "Methods";
    }

    /** Whether sessions can encrypt. */
    boolean hasAesCfb() {
        return attributes.containsKey(ALG_AES) && attributes.containsKey(ALG_CFB);
    }
}
