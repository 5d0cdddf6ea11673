// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;

/**
 * What closing the door meant for one boot vault.
 *
 * @param vault vault name
 * @param owner uid
 * @param door how it is now
 * @param inPlace how many of its keys the kernel has now
 * @param keys number of keys
 * @param taken what became of keys that leave root's keyring with the end of boot
 */
public record ShutVault(String vault, long owner, VaultDoor door, int inPlace, int keys, List<KeyOutcome> taken) {}
