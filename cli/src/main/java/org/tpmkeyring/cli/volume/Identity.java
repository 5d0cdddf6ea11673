// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tpmkeyring.protocol.wire.Json;

/**
 * The identity of a LUKS volume: SHA-256 over the line {@code tpm-keyring LUKS identity 1} and the facts of its header
 * that make it this volume and no other, as JSON without blanks and with the members of every object sorted by name
 * (docs/adr/0014-volume-identity.md). Keyslots and tokens are not among them: passphrases may change.
 */
final class Identity {
    private static final String PREFIX = "tpm-keyring LUKS identity 1\n";

    private Identity() {}

    /** Lower-case hex. */
    static String of(Map<String, Object> facts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(PREFIX.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest.digest(Json.write(sorted(facts))));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Arrays keep their order: what libcryptsetup puts into one has an order that means something. */
    private static Map<String, Object> sorted(Map<?, ?> object) {
        SortedMap<String, Object> sorted = new TreeMap<>();
        object.forEach((name, value) -> sorted.put((String) name, value instanceof Map<?, ?> m ? sorted(m) : value));
        return sorted;
    }
}
