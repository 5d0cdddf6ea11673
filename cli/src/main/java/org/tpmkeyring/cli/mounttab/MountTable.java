// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mounttab;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A table read line by line: {@code WHAT WHERE TYPE OPTIONS}. A line that is wrong does not spoil the others.
 * tpm-keyring-generator reads the same file by the same rules; GeneratorIT compares the two.
 *
 * @param entries of the good lines, in order
 * @param problems of the bad ones
 */
public record MountTable(List<MountEntry> entries, List<Problem> problems) {
    private static final int FIELDS = 4;
    private static final Pattern BLANKS = Pattern.compile("[ \t]+");
    private static final Pattern DATASET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9/._: -]*");

    public MountTable {
        entries = List.copyOf(entries);
        problems = List.copyOf(problems);
    }

    /**
     * Why a line cannot be used.
     *
     * @param line counted from 1
     * @param field WHAT, WHERE, TYPE or OPTIONS; empty where it is the line as a whole
     * @param reason goes after "field: "
     */
    public record Problem(int line, String field, String reason) {}

    /**
     * @param text of the table
     */
    public static MountTable parse(byte[] text) {
        List<MountEntry> entries = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int number = 0;
        for (String line : new String(text, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            number++;
            String[] fields = fields(line);
            if (fields.length == 0 || fields[0].startsWith("#")) {
                continue;
            }
            try {
                MountEntry entry = entry(fields);
                if (!names.add(entry.name())) {
                    throw new FieldException(
                            entry.type() == MountType.ZFS ? "WHAT" : "WHERE", "another line mounts it already");
                }
                entries.add(entry);
            } catch (FieldException e) {
                problems.add(new Problem(number, e.field, e.getMessage()));
            }
        }
        return new MountTable(entries, problems);
    }

    private static String[] fields(String line) {
        return BLANKS.splitAsStream(line).filter(field -> !field.isEmpty()).toArray(String[]::new);
    }

    private static MountEntry entry(String... fields) throws FieldException {
        if (fields.length != FIELDS) {
            throw new FieldException("", fields.length + " fields instead of the four WHAT WHERE TYPE OPTIONS");
        }
        String what = decoded("WHAT", fields[0]);
        String where = decoded("WHERE", fields[1]);
        String word = decoded("TYPE", fields[2]);
        MountOptions options = options(decoded("OPTIONS", fields[3]));
        MountType type = MountType.of(word)
                .orElseThrow(() -> new FieldException("TYPE", "'" + word + "' is not one of " + MountType.words()));
        if (type == MountType.ZFS) {
            checkDataset(what, where);
        } else {
            checkPath("WHAT", what);
            checkPath("WHERE", where);
            if (where.chars().allMatch(c -> c == '/' || c == '.')) {
                throw new FieldException("WHERE", "it cannot be the root directory");
            }
        }
        return new MountEntry(
                type,
                what,
                type == MountType.ZFS ? where : simplified(where),
                options.key(),
                Duration.ofSeconds(options.timeoutSeconds()),
                options.noauto(),
                options.passed());
    }

    private static String decoded(String name, String field) throws FieldException {
        try {
            return TableField.decode(field);
        } catch (TableException e) {
            throw new FieldException(name, e.getMessage());
        }
    }

    private static MountOptions options(String text) throws FieldException {
        try {
            return MountOptions.parse(text);
        } catch (TableException e) {
            throw new FieldException("OPTIONS", e.getMessage());
        }
    }

    private static void checkPath(String name, String path) throws FieldException {
        if (!path.startsWith("/") || (path + "/").contains("/../")) {
            throw new FieldException(name, "it has to be an absolute path without '..'");
        }
    }

    private static void checkDataset(String what, String where) throws FieldException {
        if (!DATASET.matcher(what).matches()) {
            throw new FieldException("WHAT", "it is no name of a ZFS dataset");
        }
        if (!where.equals(MountEntry.NOWHERE)) {
            throw new FieldException("WHERE", "a zfs line has 'none' there");
        }
    }

    /** A path as systemd's path_simplify() and the kernel's list of mounts have it. */
    public static String simplified(String path) {
        StringBuilder simple = new StringBuilder(path.length());
        for (String name : path.split("/", -1)) {
            if (!name.isEmpty() && !name.equals(".")) {
                simple.append('/').append(name);
            }
        }
        return simple.isEmpty() ? "/" : simple.toString();
    }

    /** A {@link Problem} on its way. */
    private static final class FieldException extends Exception {
        private static final long serialVersionUID = 1L;
        private final String field;

        FieldException(String field, String reason) {
            super(reason);
            this.field = field;
        }
    }
}
