// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;
import java.util.Optional;

/**
 * What closing the door meant for one boot vault.
 *
 * @param vault vault name
 * @param owner uid
 * @param door how it is now
 * @param inPlace how many of its keys the kernel has now
 * @param keys number of keys
 * @param taken what became of keys that leave root's keyring with the end of boot
 * @param hint next command to type where it is shut with keys locked in it; empty otherwise
 */
public record ShutVault(
        String vault,
        long owner,
        VaultDoor door,
        int inPlace,
        int keys,
        List<KeyOutcome> taken,
        Optional<String> hint) {}
