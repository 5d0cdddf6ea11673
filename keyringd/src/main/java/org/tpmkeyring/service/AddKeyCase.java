// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.target.KeySpec;
import org.tpmkeyring.target.Material;
import org.tpmkeyring.target.Target;
import org.tpmkeyring.target.Targets;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.KeyWrapping;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Vault;
import org.tpmkeyring.vault.WrappedKey;

/**
 * Adds a key. Everything that can be refused without a secret is refused first; then the vault is opened or
 * made, and the secret asked for; then the recovery key of a new vault is shown; then all is written at once. A
 * delivery that fails does not undo the add: the key is safe by then.
 */
final class AddKeyCase implements Handler<AddKey.Request, AddKey.Reply> {
    private static final String LABEL = "key";

    private final Vaults vaults;
    private final Keys keys;
    private final Targets targets;
    private final VaultPolicyCheck policies;
    private final VaultOpener opener;
    private final VaultMaker maker;
    private final Randomness randomness;
    private final KeyStates states;
    private final Deliveries deliveries;
    private final VaultInfos infos;
    private final InstantSource clock;

    AddKeyCase(
            Vaults vaults,
            Keys keys,
            Targets targets,
            VaultPolicyCheck policies,
            VaultOpener opener,
            VaultMaker maker,
            Randomness randomness,
            KeyStates states,
            Deliveries deliveries,
            VaultInfos infos,
            InstantSource clock) {
        this.vaults = vaults;
        this.keys = keys;
        this.targets = targets;
        this.policies = policies;
        this.opener = opener;
        this.maker = maker;
        this.randomness = randomness;
        this.states = states;
        this.deliveries = deliveries;
        this.infos = infos;
        this.clock = clock;
    }

    /** A checked order. */
    private record Wish(Call<AddKey.Request> call, Target target, KeySpec spec, int sizeBytes) {
        AddKey.Request request() {
            return call.request();
        }
    }

    @Override
    public AddKey.Reply handle(Call<AddKey.Request> call) {
        AddKey.Request request = call.request();
        KeyName name = new KeyName(request.name());
        VaultName vaultName = new VaultName(request.vault().orElse(Vaults.DEFAULT_NAME));
        Optional<PcrSelection> pcrs = request.pcrs().map(PcrSelection::parse);
        Target target = targets.of(request.target());
        KeySpec spec = spec(call.owner(), name, request);
        Wish wish = new Wish(call, target, spec, target.check(spec));
        keys.requireFree(call.owner(), name);

        Optional<LoadedVault> existing = vaults.find(call.owner(), vaultName.text());
        if (existing.isPresent()) {
            policies.requireSame(existing.get().vault(), pcrs, request.when(), request.reopenable());
            return addTo(existing.get(), wish);
        }
        vaults.requireNoneDamaged(call.owner());
        return addToNew(vaultName, pcrs, wish);
    }

    private AddKey.Reply addTo(LoadedVault loaded, Wish wish) {
        try (VaultOpener.Opened opened = opener.forChange(loaded, wish.call().secrets());
                Material material = material(wish)) {
            Vault vault = loaded.vault();
            WrappedKey key = wrap(vault.id(), opened.kek(), wish, material);
            return vaults.whileDelivering(vault.id(), () -> {
                LoadedVault changed = vaults.change(vault, opened.kek(), before -> {
                    keys.requireFree(vault.owner(), key.record());
                    return before.withKeys(with(before.keys(), key));
                });
                KeyOutcome delivery = deliver(changed.vault(), key, wish, material);
                return new AddKey.Reply(states.info(changed.vault(), key.record()), Optional.empty(), delivery);
            });
        }
    }

    private AddKey.Reply addToNew(VaultName name, Optional<PcrSelection> pcrs, Wish wish) {
        AddKey.Request request = wish.request();
        VaultMaker.Order order = new VaultMaker.Order(
                wish.call().owner(),
                wish.call().byRoot(),
                name,
                request.when(),
                pcrs,
                request.allowUnmeasured(),
                request.noRecovery(),
                request.reopenable());
        try (VaultMaker.Prepared prepared = maker.prepare(order);
                Material material = material(wish)) {
            VaultId id = prepared.vault().id();
            WrappedKey key = wrap(id, prepared.kek(), wish, material);
            Vault full = maker.withRecoveryKey(prepared, wish.call().secrets()).withKeys(List.of(key));
            return vaults.whileDelivering(id, () -> {
                LoadedVault created = maker.commit(prepared, full, () -> keys.requireFree(full.owner(), key.record()));
                KeyOutcome delivery = deliver(created.vault(), key, wish, material);
                return new AddKey.Reply(states.info(full, key.record()), Optional.of(infos.of(created)), delivery);
            });
        }
    }

    private Material material(Wish wish) {
        try (SecretBuffer secret = wish.spec().generate()
                ? randomness.secret(wish.sizeBytes())
                : wish.call().secrets().want(LABEL, wish.sizeBytes())) {
            return wish.target().make(wish.spec(), secret);
        } catch (KernelException e) {
            throw KernelRefusals.refusal(e, "key '" + wish.spec().name() + "'");
        }
    }

    private WrappedKey wrap(VaultId vault, Kek kek, Wish wish, Material material) {
        KeyRecord record = new KeyRecord(
                wish.spec().name(),
                wish.target().type(),
                material.attributes(),
                material.sizeBytes(),
                clock.instant().getEpochSecond());
        keys.requireFree(wish.call().owner(), record);
        return KeyWrapping.wrap(vault, kek, record, material.stored());
    }

    /** A vault whose only key this is counts as unlocked; some keys are used at once. */
    private KeyOutcome deliver(Vault vault, WrappedKey key, Wish wish, Material material) {
        boolean now = vault.keys().size() == 1 || wish.target().neededAtOnce(wish.spec()) || states.unlocked(vault);
        return now
                ? deliveries.deliver(vault.owner(), key.record(), material.stored())
                : deliveries.leftLocked(vault, key.record(), opener.locked(vault));
    }

    private static KeySpec spec(long owner, KeyName name, AddKey.Request request) {
        return new KeySpec(
                owner,
                name,
                request.generate(),
                request.sizeBytes().map(OptionalInt::of).orElse(OptionalInt.empty()),
                request.description(),
                request.format(),
                request.mount(),
                request.directory(),
                request.opens());
    }

    private static List<WrappedKey> with(List<WrappedKey> keys, WrappedKey added) {
        return java.util.stream.Stream.concat(keys.stream(), java.util.stream.Stream.of(added))
                .toList();
    }
}
