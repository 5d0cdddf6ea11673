// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import java.util.Optional;
import picocli.CommandLine.Option;

/** What a key of a volume is to open, and what is done to the volume. */
public final class VolumeOptions {
    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            order = 11,
            description = "For luks: the volume's block device, as a path or UUID=UUID.")
    String device;

    @Option(
            names = "--existing-key-file",
            paramLabel = "FILE",
            order = 12,
            description = "For luks: read an existing passphrase of the volume from FILE, - for standard input, instead"
                    + " of asking.")
    String existingKeyFile;

    @Option(
            names = "--header-backup",
            paramLabel = "FILE",
            order = 13,
            description = "For luks: where the copy of the volume's header goes that is made first. Default: a new file"
                    + " in /var/backups/tpm-keyring.")
    String headerBackup;

    @Option(names = "--no-crypttab", order = 14, description = "For luks: leave /etc/crypttab alone.")
    boolean noCrypttab;

    @Option(
            names = "--dataset",
            paramLabel = "DATASET",
            order = 15,
            description = "For zfs: the encrypted dataset, such as tank/home.")
    String dataset;

    @Option(
            names = "--uuid",
            paramLabel = "UUID",
            order = 16,
            description = "For bcachefs: external UUID of the file system, see 'bcachefs show-super'.")
    String uuid;

    public Optional<String> device() {
        return Optional.ofNullable(device);
    }

    public Optional<String> existingKeyFile() {
        return Optional.ofNullable(existingKeyFile);
    }

    public Optional<String> headerBackup() {
        return Optional.ofNullable(headerBackup);
    }

    public boolean noCrypttab() {
        return noCrypttab;
    }

    public Optional<String> dataset() {
        return Optional.ofNullable(dataset);
    }

    public Optional<String> uuid() {
        return Optional.ofNullable(uuid);
    }

    /** Whether an option was given that belongs to luks alone. */
    public boolean anyOfLuks() {
        return device != null || existingKeyFile != null || headerBackup != null || noCrypttab;
    }
}
