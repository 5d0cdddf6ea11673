// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.store.VaultId;

/** Stand-in. */
public interface VaultRepository {
    List<Long> owners();

    List<Listed> list(long owner);

    Optional<LoadedVault> find(long owner, VaultName name);

    LoadedVault load(long owner, VaultId id);

    void verify(LoadedVault loaded, Kek kek);

    LoadedVault create(Vault vault, Kek kek);

    LoadedVault save(LoadedVault before, Vault after, Kek kek);

    void delete(long owner, VaultId id);

    LoadedVault restorePrevious(long owner, VaultId id);

    sealed interface Listed {}

    record Sound(LoadedVault loaded) implements Listed {}

    record Damaged(long owner, VaultId id, KeyringException reason) implements Listed {}
}
