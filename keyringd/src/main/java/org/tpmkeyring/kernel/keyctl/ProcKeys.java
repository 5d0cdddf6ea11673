// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tpmkeyring.kernel.KernelException;

/**
 * The lines of {@code /proc/keys} that grant view to whoever opens it: its file system uid counts
 * (proc_keys_show in security/keys/proc.c). Unlike KEYCTL_DESCRIBE it tells of revoked and expired keys, too.
 */
final class ProcKeys {
    private static final Path FILE = Path.of("/proc/keys");

    /** serial, flags, usage, timeout, permissions, uid, gid, type (cut to nine characters), summary. */
    private static final Pattern LINE =
            Pattern.compile("([0-9a-f]{8}) (\\S{7}) +\\d+ +(\\S+) ([0-9a-f]{8}) +(\\d+) +(-?\\d+) (.{9}) (.*)");

    /** Ends a summary: the length of the payload, or the number of keys. */
    private static final Pattern DETAIL = Pattern.compile(": (\\d+( \\[\\d+\\])?|empty)$");

    private static final int TYPE_CHARS = 9;

    private ProcKeys() {}

    /**
     * One key.
     *
     * @param serial positive
     * @param revoked also for dead keys
     * @param key its type is cut to nine characters
     */
    record Line(int serial, boolean revoked, boolean expired, KeyDescription key) {
        boolean is(String type, String description) {
            String shown = type.length() > TYPE_CHARS ? type.substring(0, TYPE_CHARS) : type;
            return key.type().equals(shown) && key.text().equals(description);
        }
    }

    static List<Line> read() throws KernelException {
        try {
            return Files.readAllLines(FILE, StandardCharsets.ISO_8859_1).stream()
                    .map(ProcKeys::parse)
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException e) {
            throw new KernelException(
                    "open", Errno.ENOENT, FILE + " cannot be read, keyringd needs it (ProcSubset=all): " + e);
        }
    }

    static Optional<Line> parse(String line) {
        Matcher field = LINE.matcher(line);
        if (!field.matches()) {
            return Optional.empty();
        }
        String flags = field.group(2);
        String text = DETAIL.matcher(field.group(8)).replaceFirst("");
        KeyDescription key = new KeyDescription(
                field.group(7).strip(),
                Long.parseLong(field.group(5)),
                Integer.parseUnsignedInt(field.group(4), 16),
                text);
        return Optional.of(new Line(
                Integer.parseUnsignedInt(field.group(1), 16),
                flags.indexOf('R') >= 0 || flags.indexOf('D') >= 0,
                field.group(3).equals("expd"),
                key));
    }
}
