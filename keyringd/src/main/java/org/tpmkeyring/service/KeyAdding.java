// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.target.Material;
import org.tpmkeyring.target.Target;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.KeyWrapping;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Vault;
import org.tpmkeyring.vault.WrappedKey;

/**
 * Puts a key into a vault, which is opened or made. Everything that can be refused without a secret is refused
 * first; then the vault is opened or made, and the secret asked for; then the recovery key of a new vault is shown;
 * then all is written at once. A delivery that fails does not undo it: the key is safe by then.
 */
final class KeyAdding {
    private final Vaults vaults;
    private final Keys keys;
    private final VaultPolicyCheck policies;
    private final VaultOpener opener;
    private final VaultMaker maker;
    private final KeyStates states;
    private final Deliveries deliveries;
    private final VaultInfos infos;
    private final InstantSource clock;

    KeyAdding(
            Vaults vaults,
            Keys keys,
            VaultPolicyCheck policies,
            VaultOpener opener,
            VaultMaker maker,
            KeyStates states,
            Deliveries deliveries,
            VaultInfos infos,
            InstantSource clock) {
        this.vaults = vaults;
        this.keys = keys;
        this.policies = policies;
        this.opener = opener;
        this.maker = maker;
        this.states = states;
        this.deliveries = deliveries;
        this.infos = infos;
        this.clock = clock;
    }

    /**
     * A checked order.
     *
     * @param vault the vault it goes to, and what it is like if it has to be made
     * @param secrets way to the person
     * @param atOnce whether it is delivered even into a vault that is locked
     * @param material asked once, when the vault is open; what it answers is closed here
     */
    record Order(
            VaultMaker.Order vault,
            SecretDialogue secrets,
            KeyName name,
            Target target,
            boolean atOnce,
            Supplier<Material> material) {
        long owner() {
            return vault.owner();
        }
    }

    /**
     * What was done.
     *
     * @param createdVault the vault when it was made for the key
     */
    record Added(KeyInfo key, Optional<VaultInfo> createdVault, KeyOutcome delivery) {}

    Added add(Order order) {
        keys.requireFree(order.owner(), order.name());
        keys.requireRoom(order.owner(), order.target().type());
        VaultMaker.Order wished = order.vault();
        Optional<LoadedVault> existing =
                vaults.find(order.owner(), wished.name().text());
        requireLogin(order, existing);
        if (existing.isPresent()) {
            policies.requireSame(existing.get().vault(), wished.pcrs(), wished.when(), wished.reopenable());
            policies.requireSamePin(existing.get().vault(), wished.pin());
            return addTo(existing.get(), order);
        }
        vaults.requireNoneDamaged(order.owner());
        return addToNew(order);
    }

    /** What is told leads on: the same key in a vault that will do. */
    private void requireLogin(Order order, Optional<LoadedVault> existing) {
        VaultMaker.Order vault = order.vault();
        When when = existing.map(found -> found.vault().when()).orElseGet(vault::occasion);
        if (order.target().onlyAtLogin() && when != When.LOGIN) {
            String target = order.target().type().name().toLowerCase(Locale.ROOT);
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "--vault=" + vault.name())
                    .with(
                            "reason",
                            "a key of target " + target + " is handed over at login, and that vault is for "
                                    + when.name().toLowerCase(Locale.ROOT))
                    .with(
                            "hint",
                            "tpm-keyring add " + order.name() + " --target " + target + " --vault "
                                    + vaults.nameForLogin(order.owner()) + " --when login")
                    .build();
        }
    }

    private Added addTo(LoadedVault loaded, Order order) {
        try (VaultOpener.Opened opened = opener.forChange(loaded, order.secrets());
                Material material = order.material().get()) {
            Vault vault = loaded.vault();
            WrappedKey key = wrap(vault.id(), opened.kek(), order, material);
            return vaults.whileDelivering(vault.id(), () -> {
                LoadedVault changed = vaults.change(vault, opened.kek(), before -> {
                    keys.requireFree(vault.owner(), key.record());
                    return before.withKeys(with(before.keys(), key));
                });
                KeyOutcome delivery = deliver(changed.vault(), key, order, material);
                return new Added(states.info(changed.vault(), key.record()), Optional.empty(), delivery);
            });
        }
    }

    private Added addToNew(Order order) {
        try (VaultMaker.Prepared prepared = maker.prepare(order.vault(), order.secrets());
                Material material = order.material().get()) {
            VaultId id = prepared.vault().id();
            WrappedKey key = wrap(id, prepared.kek(), order, material);
            Vault full = maker.withRecoveryKey(prepared, order.secrets()).withKeys(List.of(key));
            return vaults.whileDelivering(id, () -> {
                LoadedVault created = maker.commit(prepared, full, () -> keys.requireFree(full.owner(), key.record()));
                KeyOutcome delivery = deliver(created.vault(), key, order, material);
                return new Added(states.info(full, key.record()), Optional.of(infos.of(created)), delivery);
            });
        }
    }

    private WrappedKey wrap(VaultId vault, Kek kek, Order order, Material material) {
        KeyRecord record = new KeyRecord(
                order.name(),
                order.target().type(),
                material.attributes(),
                material.sizeBytes(),
                clock.instant().getEpochSecond());
        keys.requireFree(order.owner(), record);
        return KeyWrapping.wrap(vault, kek, record, material.stored());
    }

    /** A vault whose only key this is counts as unlocked; some keys are used at once, and some never by an unlock. */
    private KeyOutcome deliver(Vault vault, WrappedKey key, Order order, Material material) {
        boolean only = vault.keys().stream()
                .filter(other -> !other.record().name().equals(order.name()))
                .allMatch(other -> states.of(vault.owner(), other.record()).state() == KeyState.AT_LOGIN);
        boolean now = only || order.atOnce() || order.target().onlyAtLogin() || states.unlocked(vault);
        return now
                ? deliveries.deliver(vault.owner(), key.record(), material.stored())
                : deliveries.leftLocked(vault, key.record(), opener.locked(vault));
    }

    private static List<WrappedKey> with(List<WrappedKey> keys, WrappedKey added) {
        return Stream.concat(keys.stream(), Stream.of(added)).toList();
    }
}
