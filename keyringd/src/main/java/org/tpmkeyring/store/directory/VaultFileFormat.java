// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.store.StoreException;
import org.tpmkeyring.store.StoredVault;

/**
 * The frame of a vault file, version 1: one line of ASCII
 *
 * <pre>tpm-keyring-vault 1 GENERATION BODY-LENGTH SHA256</pre>
 *
 * and the body. The digest covers the line up to and including the blank before it, and the body; so a change
 * of any bit is noticed. It finds accidents; the vault's own code (HMAC) finds malice.
 */
final class VaultFileFormat {
    static final int VERSION = 1;
    static final int MAX_FILE_BYTES = 1 << 20;

    /** Later numbers have 16 digits and would not be read. */
    static final long MAX_GENERATION = 999_999_999_999_999L;

    private static final String MAGIC = "tpm-keyring-vault ";
    private static final Pattern ANY_VERSION =
            Pattern.compile("tpm-keyring-vault ([1-9][0-9]{0,8}) .*", Pattern.DOTALL);
    private static final Pattern HEADER =
            Pattern.compile("(tpm-keyring-vault 1 ([1-9][0-9]{0,14}) ([0-9]{1,7}) )([0-9a-f]{64})");
    private static final int MAX_HEADER_CHARS = 128;

    private VaultFileFormat() {}

    /** A whole file. */
    static byte[] encode(long generation, Bytes body) {
        byte[] content = body.toArray();
        byte[] start = ascii(MAGIC + VERSION + " " + generation + " " + content.length + " ");
        byte[] end = ascii(digest(start, content) + "\n");
        byte[] file = new byte[start.length + end.length + content.length];
        System.arraycopy(start, 0, file, 0, start.length);
        System.arraycopy(end, 0, file, start.length, end.length);
        System.arraycopy(content, 0, file, start.length + end.length, content.length);
        return file;
    }

    /**
     * @param path for the exception
     * @throws StoreException.Damaged when it is not exactly what {@link #encode} makes
     * @throws StoreException.TooNew when its line names a later version
     */
    static StoredVault decode(String path, byte[] file) throws StoreException {
        String line = firstLine(file);
        if (line.isEmpty()) {
            throw new StoreException.Damaged(path, file.length == 0 ? "it is empty" : "its first line is not whole");
        }
        refuseLaterVersion(path, line);
        Matcher header = HEADER.matcher(line);
        if (!header.matches()) {
            throw new StoreException.Damaged(path, "its first line is not that of a vault file");
        }
        int length = file.length - line.length() - 1;
        if (!header.group(3).equals(String.valueOf(length))) {
            throw new StoreException.Damaged(
                    path, "it has " + length + " bytes after the first line instead of " + header.group(3));
        }
        byte[] body = new byte[length];
        System.arraycopy(file, line.length() + 1, body, 0, length);
        if (!digest(ascii(header.group(1)), body).equals(header.group(4))) {
            throw new StoreException.Damaged(path, "its checksum does not match its contents");
        }
        return new StoredVault(Long.parseLong(header.group(2)), Bytes.copyOf(body));
    }

    /** The generation that the first line names, true or not; empty when it names none. */
    static OptionalLong claimedGeneration(byte[] file) {
        Matcher header = HEADER.matcher(firstLine(file));
        return header.matches() ? OptionalLong.of(Long.parseLong(header.group(2))) : OptionalLong.empty();
    }

    private static void refuseLaterVersion(String path, String line) throws StoreException {
        Matcher version = ANY_VERSION.matcher(line + " ");
        if (version.matches() && Integer.parseInt(version.group(1)) > VERSION) {
            throw new StoreException.TooNew(path, Integer.parseInt(version.group(1)), VERSION);
        }
    }

    private static String firstLine(byte[] file) {
        int limit = Math.min(file.length, MAX_HEADER_CHARS);
        for (int end = 0; end < limit; end++) {
            if (file[end] == '\n') {
                return new String(file, 0, end, StandardCharsets.ISO_8859_1);
            }
        }
        return "";
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String digest(byte[] start, byte[] body) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(start);
            return HexFormat.of().formatHex(sha256.digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
