// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddProtector;
import org.tpmkeyring.protocol.api.ProtectorType;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Protector;
import org.tpmkeyring.vault.Vault;

/** Adds a way to open a vault. */
final class AddProtectorCase implements Handler<AddProtector.Request, AddProtector.Reply> {
    /** Each that is bound to the TPM is tried in turn by an unlock, which a boot may be waiting for. */
    private static final int MOST_PROTECTORS = 16;

    private final Vaults vaults;
    private final VaultOpener opener;
    private final ProtectorMaker maker;
    private final DoorRule door;
    private final ServiceSettings settings;

    AddProtectorCase(Vaults vaults, VaultOpener opener, ProtectorMaker maker, DoorRule door, ServiceSettings settings) {
        this.vaults = vaults;
        this.opener = opener;
        this.maker = maker;
        this.door = door;
        this.settings = settings;
    }

    @Override
    public AddProtector.Reply handle(Call<AddProtector.Request> call) {
        AddProtector.Request request = call.request();
        Optional<PcrSelection> named = request.pcrs().map(PcrSelection::parse);
        LoadedVault loaded = vaults.require(call.owner(), request.vault());
        requireRoom(loaded.vault());
        if (request.type() == ProtectorType.TPM2) {
            Vault vault = loaded.vault();
            PcrSelection pcrs = door.ofAdded(vault, named.orElse(settings.defaultPcrs()));
            Sealable wish = new Sealable(pcrs, vault.when(), request.allowUnmeasured());
            maker.requireSealable(List.of(wish));
            return addTpm(call, loaded, wish);
        }
        if (named.isPresent()) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "pcrs")
                    .with("reason", "a recovery key is bound to no PCRs")
                    .with("hint", "tpm-keyring protector add --vault " + request.vault() + " recovery")
                    .build();
        }
        return addRecovery(call, loaded);
    }

    private static void requireRoom(Vault vault) {
        int count = vault.protectors().size();
        if (count >= MOST_PROTECTORS) {
            throw KeyringException.of(ErrorKind.TOO_MANY_PROTECTORS)
                    .with("vault", vault.name())
                    .with("count", count)
                    .with("limit", MOST_PROTECTORS)
                    .build();
        }
    }

    private AddProtector.Reply addTpm(Call<AddProtector.Request> call, LoadedVault loaded, Sealable wish) {
        try (VaultOpener.Opened opened = opener.byTpmOrRecoveryKey(loaded, call.secrets())) {
            Protector.Tpm2 made = maker.tpm("", opened.kek(), wish);
            LoadedVault changed = vaults.change(
                    loaded.vault(),
                    opened.kek(),
                    before -> before.withProtectors(
                            Protectors.with(before.protectors(), Protectors.numbered(made, before.protectors()))));
            return added(changed);
        }
    }

    private AddProtector.Reply addRecovery(Call<AddProtector.Request> call, LoadedVault loaded) {
        try (VaultOpener.Opened opened = opener.byTpmOrRecoveryKey(loaded, call.secrets())) {
            String id = "recovery-" + Protectors.nextNumber(loaded.vault().protectors());
            Protector.Recovery made = maker.recovery(id, loaded.vault().id(), opened.kek(), call.secrets());
            LoadedVault changed = vaults.change(loaded.vault(), opened.kek(), before -> {
                requireFree(before.protectors(), id);
                return before.withProtectors(Protectors.with(before.protectors(), made));
            });
            return added(changed);
        }
    }

    /** The id is part of what a recovery key is bound to, so it cannot be changed after it was shown. */
    private static void requireFree(List<Protector> protectors, String id) {
        if (protectors.stream().anyMatch(protector -> protector.id().equals(id))) {
            throw KeyringException.of(ErrorKind.EXISTS)
                    .with("what", "protector")
                    .with("name", id)
                    .with("hint", "tpm-keyring protector list")
                    .build();
        }
    }

    private static AddProtector.Reply added(LoadedVault changed) {
        List<Protector> protectors = changed.vault().protectors();
        return new AddProtector.Reply(Protectors.info(protectors.get(protectors.size() - 1)));
    }
}
