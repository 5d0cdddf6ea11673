// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.secret.HmacSha256;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Vault;
import org.tpmkeyring.vault.VaultRepository;

/** Stand-in. */
final class StandInRepository implements VaultRepository {
    final Map<VaultId, LoadedVault> files = new ConcurrentSkipListMap<>();
    final Map<VaultId, LoadedVault> previous = new ConcurrentSkipListMap<>();
    final List<VaultId> broken = new ArrayList<>();

    @Override
    public List<Long> owners() {
        return files.values().stream()
                .map(f -> f.vault().owner())
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public List<Listed> list(long owner) {
        return files.values().stream()
                .filter(f -> f.vault().owner() == owner)
                .map(f -> broken.contains(f.vault().id())
                        ? new Damaged(owner, f.vault().id(), damage(f.vault()))
                        : (Listed) new Sound(f))
                .toList();
    }

    private static KeyringException damage(Vault vault) {
        return KeyringException.of(ErrorKind.VAULT_DAMAGED)
                .with("vault", vault.id())
                .with("reason", "broken")
                .build();
    }

    @Override
    public Optional<LoadedVault> find(long owner, VaultName name) {
        return files.values().stream()
                .filter(f -> f.vault().owner() == owner && f.vault().name().equals(name))
                .findFirst();
    }

    @Override
    public LoadedVault load(long owner, VaultId id) {
        return Optional.ofNullable(files.get(id))
                .orElseThrow(() -> KeyringException.of(ErrorKind.NO_SUCH_VAULT)
                        .with("vault", id)
                        .build());
    }

    @Override
    public void verify(LoadedVault loaded, Kek kek) {
        if (!loaded.mac().equals(mac(loaded.vault(), kek))) {
            throw KeyringException.of(ErrorKind.VAULT_DAMAGED)
                    .with("vault", loaded.vault().name())
                    .with("reason", "mac")
                    .build();
        }
    }

    private static Bytes mac(Vault vault, Kek kek) {
        return HmacSha256.of(kek.secret(), Bytes.copyOf(vault.toString().getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public LoadedVault create(Vault vault, Kek kek) {
        return write(new LoadedVault(vault, 1, mac(vault, kek)));
    }

    @Override
    public LoadedVault save(LoadedVault before, Vault after, Kek kek) {
        return write(new LoadedVault(after, before.generation() + 1, mac(after, kek)));
    }

    private LoadedVault write(LoadedVault loaded) {
        LoadedVault old = files.put(loaded.vault().id(), loaded);
        if (old != null) {
            previous.put(loaded.vault().id(), old);
        }
        return loaded;
    }

    @Override
    public void delete(long owner, VaultId id) {
        files.remove(id);
    }

    @Override
    public LoadedVault restorePrevious(long owner, VaultId id) {
        broken.remove(id);
        LoadedVault old = previous.get(id);
        LoadedVault restored = new LoadedVault(old.vault(), files.get(id).generation() + 1, old.mac());
        files.put(id, restored);
        return restored;
    }
}
