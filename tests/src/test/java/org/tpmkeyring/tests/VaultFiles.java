// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The vault files of a daemon, as they are on the disk. */
final class VaultFiles {
    private final Machine machine;

    VaultFiles(Machine machine) {
        this.machine = machine;
    }

    /** Those that are in force, ascending by path. */
    List<Path> current() throws IOException {
        try (Stream<Path> files = Files.walk(machine.state())) {
            return files.filter(file -> file.toString().endsWith(".vault"))
                    .sorted()
                    .toList();
        }
    }

    /** The one that is in force where there is only one. */
    Path only() throws IOException {
        List<Path> all = current();
        if (all.size() != 1) {
            throw new AssertionError("there are " + all.size() + " vault files: " + all);
        }
        return all.get(0);
    }

    /**
     * The KEK of the only vault, unsealed by tpm2-tools from the bytes in its file.
     *
     * @throws IOException when one of the tools fails
     */
    byte[] kek() throws IOException {
        try (LoadedBlob blob = new LoadedBlob(machine.tpm(), sealed())) {
            return blob.unseal("7,15").ok().output();
        }
    }

    /** The sealed object of its TPM protector, as its two parts in base64. */
    Map<?, ?> sealed() throws IOException {
        return VaultFile.tpmProtector(Files.readAllBytes(only()));
    }

    /** Changes its bytes behind the daemon's back. */
    void rewrite(UnaryOperator<byte[]> change) throws IOException {
        Files.write(only(), change.apply(Files.readAllBytes(only())));
    }
}
