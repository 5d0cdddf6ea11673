// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.value.When;

/**
 * A vault as it is listed.
 *
 * @param name vault name, unique among its owner's
 * @param id 32 hex digits, name of its file
 * @param owner uid
 * @param when occasion on which it is unlocked by itself
 * @param keys number of keys
 * @param delivered how many of them the kernel has now
 * @param protectors what can open it
 * @param verified whether its metadata was checked against its key since the daemon started
 * @param damage why its file cannot be used; empty for a sound one
 * @param door what closing the door means for it
 */
public record VaultInfo(
        String name,
        String id,
        long owner,
        When when,
        int keys,
        int delivered,
        List<ProtectorInfo> protectors,
        boolean verified,
        Optional<String> damage,
        VaultDoor door) {}
