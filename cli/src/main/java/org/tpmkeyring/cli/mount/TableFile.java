// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.cli.mounttab.MountTable;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * The table of this machine.
 *
 * @param path of its file
 * @param table what it says; empty where there is no file
 */
public record TableFile(Path path, MountTable table) {
    private static final String VARIABLE = "TPM_KEYRING_MOUNTTAB";
    private static final String FILE = "etc/tpm-keyring/mounttab";

    /**
     * @param environment may name another file
     * @param root directory taken for {@code /}
     * @throws KeyringException UNSAFE_FILE when the file cannot be read
     */
    public static TableFile read(Map<String, String> environment, Path root) {
        String named = environment.getOrDefault(VARIABLE, "");
        Path path = named.isEmpty() ? root.resolve(FILE) : Path.of(named);
        try {
            return new TableFile(path, MountTable.parse(Files.readAllBytes(path)));
        } catch (NoSuchFileException none) {
            return new TableFile(path, new MountTable(List.of(), List.of()));
        } catch (IOException e) {
            throw KeyringException.of(ErrorKind.VAULT_UNSAFE_FILE)
                    .with("path", path)
                    .with("reason", "it cannot be read, " + e.getMessage())
                    .causedBy(e)
                    .build();
        }
    }

    /**
     * The entries of these names.
     *
     * @param names mount points, or datasets
     * @throws KeyringException NO_SUCH_MOUNT
     */
    public List<MountEntry> entries(List<String> names) {
        List<MountEntry> chosen = new ArrayList<>();
        for (String name : names) {
            MountEntry entry = table.entries().stream()
                    .filter(each -> each.name().equals(name) || each.name().equals(MountTable.simplified(name)))
                    .findFirst()
                    .orElseThrow(() -> KeyringException.of(ErrorKind.NO_SUCH_MOUNT)
                            .with("where", name)
                            .with("table", path)
                            .build());
            if (!chosen.contains(entry)) {
                chosen.add(entry);
            }
        }
        return chosen;
    }
}
