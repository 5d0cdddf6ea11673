// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.nio.file.Path;
import java.util.Optional;
import org.tpmkeyring.cli.program.Programs;

/**
 * All that work on LUKS volumes needs of the machine.
 *
 * @param root directory taken for {@code /}
 * @param cryptsetup the program
 * @param crypttab the table
 * @param devices block devices
 */
public record LuksWork(Path root, Cryptsetup cryptsetup, CrypttabFile crypttab, BlockDevices devices) {
    /** Begins the kernel's description of a luks key. */
    private static final String PREFIX = "tpm-keyring:";

    /**
     * On this machine.
     *
     * @param library see {@link Cryptsetup}
     */
    public static LuksWork of(Programs programs, Path library, Path root) {
        return new LuksWork(root, new Cryptsetup(programs, library), new CrypttabFile(root), new BlockDevices(root));
    }

    /** How the kernel knows the key of a volume. */
    public static String description(String volume) {
        return PREFIX + volume;
    }

    /** The volume whose key the kernel knows so; empty for a key that is not ours. */
    static Optional<String> volume(String description) {
        return Optional.of(description)
                .filter(text -> text.startsWith(PREFIX))
                .map(text -> text.substring(PREFIX.length()));
    }
}
