// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tpmkeyring.protocol.value.Bytes;

/**
 * Container format 1: one line {@code tpm-keyring-vault 1 GENERATION LENGTH SHA256}, a line feed, the body.
 * The checksum covers the rest of the line as well as the body, so that no flipped bit goes unnoticed; it
 * is there against accidents, the vault's own authentication is there against people.
 */
final class VaultFileFormat {
    static final int VERSION = 1;
    static final int MAX_FILE_BYTES = 1 << 20;

    private static final String MAGIC = "tpm-keyring-vault";
    private static final int MAX_HEADER_BYTES = 128;
    private static final Pattern ANY_VERSION = Pattern.compile(MAGIC + " ([1-9][0-9]{0,8}) .*");
    private static final Pattern HEADER =
            Pattern.compile("(" + MAGIC + " 1 ([1-9][0-9]{0,17}) ([1-9][0-9]{0,6})) ([0-9a-f]{64})");

    private VaultFileFormat() {}

    /**
     * The file's bytes for a body.
     *
     * @param path for the exception
     * @throws StoreException.TooBig when the body does not fit
     */
    static byte[] encode(String path, long generation, Bytes body) throws StoreException {
        String start = MAGIC + " " + VERSION + " " + generation + " " + body.length();
        byte[] octets = body.toArray();
        byte[] header = (start + " " + checksum(start, octets) + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] file = Arrays.copyOf(header, header.length + octets.length);
        System.arraycopy(octets, 0, file, header.length, octets.length);
        if (file.length > MAX_FILE_BYTES) {
            throw new StoreException.TooBig(path, file.length, MAX_FILE_BYTES);
        }
        return file;
    }

    /**
     * @param path for the exceptions
     * @throws StoreException.TooNew for a later format
     * @throws StoreException.Damaged for anything that {@link #encode} does not make
     */
    static StoredVault decode(String path, byte[] file) throws StoreException {
        int end = lineEnd(file);
        if (end < 0) {
            throw new StoreException.Damaged(path, file.length == 0 ? "it is empty" : "it has no vault header");
        }
        String line = new String(file, 0, end, StandardCharsets.ISO_8859_1);
        refuseLaterFormat(path, line);
        Matcher header = HEADER.matcher(line);
        if (!header.matches()) {
            throw new StoreException.Damaged(path, "its header is not that of a vault");
        }
        byte[] body = Arrays.copyOfRange(file, end + 1, file.length);
        int length = Integer.parseInt(header.group(3));
        if (body.length != length) {
            throw new StoreException.Damaged(path, "it has " + body.length + " bytes of " + length);
        }
        if (!checksum(header.group(1), body).equals(header.group(4))) {
            throw new StoreException.Damaged(path, "its checksum is wrong");
        }
        return new StoredVault(Long.parseLong(header.group(2)), Bytes.copyOf(body));
    }

    private static int lineEnd(byte[] file) {
        for (int i = 0; i < Math.min(file.length, MAX_HEADER_BYTES); i++) {
            if (file[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static void refuseLaterFormat(String path, String line) throws StoreException {
        Matcher version = ANY_VERSION.matcher(line);
        if (version.matches() && Integer.parseInt(version.group(1)) > VERSION) {
            throw new StoreException.TooNew(path, Integer.parseInt(version.group(1)), VERSION);
        }
    }

    private static String checksum(String start, byte[] body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(start.getBytes(StandardCharsets.US_ASCII));
            digest.update((byte) '\n');
            return HexFormat.of().formatHex(digest.digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
