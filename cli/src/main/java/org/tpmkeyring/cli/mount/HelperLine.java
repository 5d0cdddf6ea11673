// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.cli.mounttab.MountTable;
import org.tpmkeyring.cli.mounttab.TableField;
import org.tpmkeyring.protocol.KeyringException;

/** What mount(8) tells its helper, made an entry of a table again. */
public final class HelperLine {
    private static final String TYPE = "type=";
    private static final String COMMENT = "x-";
    private static final String HINT = "man tpm-keyring-mounttab";

    private HelperLine() {}

    /**
     * @param line WHAT and WHERE as the table has them, from the unit; then the next two do not count, which
     *     mount(8) made of them by following symbolic links. Empty where there is no unit of the generator's.
     * @param what as the caller of mount(8) wrote it
     * @param options comma-separated, such as tpm-keyring-generator writes them or a person in /etc/fstab
     * @throws KeyringException BAD_ARGUMENT
     */
    public static MountEntry entry(String line, String what, String where, String options) {
        List<String> ours = new ArrayList<>(List.of("defaults"));
        String type = "";
        for (String option : options.split(",", -1)) {
            if (option.startsWith(TYPE)) {
                type = option.substring(TYPE.length());
            } else if (!option.startsWith(COMMENT)) {
                ours.add(option);
            }
        }
        if (type.isEmpty()) {
            throw MountPoints.argument(
                    "-o " + options, "type=ecryptfs, type=fscrypt or type=bcachefs is missing", HINT);
        }
        String text = String.join(
                " ",
                line.isEmpty() ? TableField.encode(what) + " " + TableField.encode(where) : line,
                TableField.encode(type),
                TableField.encode(String.join(",", ours)));
        MountTable table = MountTable.parse(text.getBytes(StandardCharsets.UTF_8));
        for (MountTable.Problem problem : table.problems()) {
            throw MountPoints.argument(
                    problem.field().isEmpty() ? "mount.tpm-keyring" : problem.field(), problem.reason(), HINT);
        }
        MountEntry entry = table.entries().get(0);
        return new MountEntry(
                entry.type(), entry.what(), entry.where(), entry.key(), entry.timeout(), false, entry.options());
    }
}
