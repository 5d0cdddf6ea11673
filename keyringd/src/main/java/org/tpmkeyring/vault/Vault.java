// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.util.List;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.store.VaultId;

/**
 * A vault: keys under one key-encryption key (KEK), and the protectors that give the KEK back. Immutable
 * and without plaintext.
 *
 * @param id identity, part of what every wrapped key is bound to
 * @param name unique among its owner's
 * @param owner uid, 0 for the machine
 * @param when occasion on which it is unlocked by itself
 * @param created seconds since the epoch
 * @param protectors at least one
 * @param keys in the order they were added; names are unique
 */
public record Vault(
        VaultId id,
        VaultName name,
        long owner,
        When when,
        long created,
        List<Protector> protectors,
        List<WrappedKey> keys) {
    public Vault {
        protectors = List.copyOf(protectors);
        keys = List.copyOf(keys);
    }

    public Vault withName(VaultName newName) {
        return new Vault(id, newName, owner, when, created, protectors, keys);
    }

    public Vault withProtectors(List<Protector> newProtectors) {
        return new Vault(id, name, owner, when, created, newProtectors, keys);
    }

    public Vault withKeys(List<WrappedKey> newKeys) {
        return new Vault(id, name, owner, when, created, protectors, newKeys);
    }
}
