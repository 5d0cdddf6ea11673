// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.tpmkeyring.protocol.value.PcrSelection;

/**
 * What the use cases take from the daemon's configuration.
 *
 * @param version of the daemon, as {@code status} tells it
 * @param stateDirectory directory of the vault files
 * @param defaultPcrs policy of a vault whose maker names none
 * @param doorPcr the PCR that is extended at the end of boot; empty where there is no door
 * @param bootId of the boot that the daemon runs in
 * @param maxVaultsPerUser most vaults that a user may make for himself; root makes as many as he likes
 * @param loginPassword how long a login password is kept for the session; zero: not at all
 */
public record ServiceSettings(
        String version,
        Path stateDirectory,
        PcrSelection defaultPcrs,
        Optional<Integer> doorPcr,
        String bootId,
        int maxVaultsPerUser,
        Duration loginPassword) {
    public ServiceSettings {
        if (maxVaultsPerUser < 0) {
            throw new IllegalArgumentException("a limit is not negative");
        }
    }
}
