// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.protocol.api.Check;

/** What the doctor asks of the kernel: its key types, and whether the daemon can reach everybody's keyring. */
final class KernelChecks {
    private final UserKeyrings keyrings;

    KernelChecks(UserKeyrings keyrings) {
        this.keyrings = keyrings;
    }

    List<Check> run() {
        return List.of(keyTypes(), keyringLink());
    }

    private Check keyTypes() {
        String missing = Arrays.stream(KernelKeyType.values())
                .filter(type -> !keyrings.supports(type))
                .map(KernelKeyType::kernelName)
                .collect(Collectors.joining(", "));
        return missing.isEmpty()
                ? Checks.ok("kernel-key-types", "the kernel has every key type that a target needs")
                : Checks.warning(
                        "kernel-key-types",
                        "the kernel has no keys of type " + missing + ", targets that need them do not work",
                        "cat /proc/key-users /proc/crypto");
    }

    private static Check keyringLink() {
        try {
            Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            return uid.equals(0)
                    ? Checks.ok("keyring-reach", "the daemon runs as root and reaches every user's keyring")
                    : Checks.warning(
                            "keyring-reach",
                            "the daemon runs as uid " + uid + " and reaches the keyring of that user alone",
                            "sudo keyringd");
        } catch (IOException e) {
            return Checks.warning("keyring-reach", "/proc is not readable: " + e.getMessage(), "mount");
        }
    }
}
