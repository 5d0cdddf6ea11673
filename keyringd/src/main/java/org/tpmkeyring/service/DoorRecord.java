// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrBank;

/**
 * What is remembered of the door until the next boot. Written before the PCR is extended, and again afterwards.
 *
 * @param boot the boot it belongs to
 * @param device the TPM, as a TCTI string
 * @param pcr the door's PCR
 * @param since when closing it was begun, seconds since the epoch; empty when nobody knows
 * @param closed whether the PCR is known to have been extended
 * @param open the PCR's values before, by bank; a bank that is missing is not known
 */
record DoorRecord(String boot, String device, int pcr, Optional<Long> since, boolean closed, Map<PcrBank, Bytes> open) {
    private static final String OPEN = "open.";

    DoorRecord {
        Map<PcrBank, Bytes> sorted = new EnumMap<>(PcrBank.class);
        sorted.putAll(open);
        open = Collections.unmodifiableMap(sorted);
    }

    /** The same, the PCR having been extended. */
    DoorRecord afterwards() {
        return new DoorRecord(boot, device, pcr, since, true, open);
    }

    /** Lines of {@code key=value}. */
    Bytes encode() {
        StringBuilder text = new StringBuilder()
                .append("boot=" + boot + "\n")
                .append("device=" + device + "\n")
                .append("pcr=" + pcr + "\n")
                .append("closed=" + (closed ? "yes" : "begun") + "\n");
        since.ifPresent(seconds -> text.append("since=" + seconds + "\n"));
        open.forEach((bank, value) -> text.append(OPEN + bank.label() + "=" + value.hex() + "\n"));
        return Bytes.copyOf(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Reads what {@link #encode} wrote; empty for anything else, so that it is as if there were none. */
    static Optional<DoorRecord> decode(Bytes contents) {
        Map<String, String> lines = new LinkedHashMap<>();
        new String(contents.toArray(), StandardCharsets.UTF_8).lines().forEach(line -> {
            int equals = line.indexOf('=');
            lines.put(line.substring(0, Math.max(equals, 0)), line.substring(equals + 1));
        });
        try {
            Map<PcrBank, Bytes> open = new EnumMap<>(PcrBank.class);
            for (Map.Entry<String, String> line : lines.entrySet()) {
                if (line.getKey().startsWith(OPEN)) {
                    PcrBank bank = PcrBank.byLabel(line.getKey().substring(OPEN.length()))
                            .orElseThrow(IllegalArgumentException::new);
                    open.put(bank, digest(bank, line.getValue()));
                }
            }
            return Optional.of(new DoorRecord(
                    value(lines, "boot"),
                    value(lines, "device"),
                    Integer.parseInt(value(lines, "pcr")),
                    Optional.ofNullable(lines.get("since")).map(Long::valueOf),
                    value(lines, "closed").equals("yes"),
                    open));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String value(Map<String, String> lines, String key) {
        return Optional.ofNullable(lines.get(key)).orElseThrow(IllegalArgumentException::new);
    }

    private static Bytes digest(PcrBank bank, String hex) {
        Bytes digest = Bytes.ofHex(hex);
        if (digest.length() != bank.digestBytes()) {
            throw new IllegalArgumentException("a digest of another length");
        }
        return digest;
    }
}
