// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;

/**
 * A key as it is listed.
 *
 * @param name key name, unique among its owner's keys
 * @param vault name of its vault
 * @param owner uid
 * @param target kernel consumer
 * @param state what the kernel says now
 * @param identifiers what the consumer knows it by: key description(s), eCryptfs signatures (contents,
 *     file names), fscrypt key identifier
 * @param serials kernel key serials of what is delivered
 * @param mount mount point of the file system, for fscrypt
 * @param opens what it opens, for luks, zfs and bcachefs
 * @param sizeBytes length of the secret, bytes
 * @param created seconds since the epoch
 */
public record KeyInfo(
        String name,
        String vault,
        long owner,
        TargetType target,
        KeyState state,
        List<String> identifiers,
        List<Long> serials,
        Optional<String> mount,
        Optional<Volume> opens,
        int sizeBytes,
        long created) {
    /** The same key, its vault being known by another name or by its id. */
    public KeyInfo knowingVaultAs(String nameOrId) {
        return new KeyInfo(
                name, nameOrId, owner, target, state, identifiers, serials, mount, opens, sizeBytes, created);
    }
}
