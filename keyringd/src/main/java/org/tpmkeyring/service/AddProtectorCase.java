// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddProtector;
import org.tpmkeyring.protocol.api.ProtectorType;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.vault.Kek;
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
            if (!request.pin()) {
                return addTpm(call, loaded, wish);
            }
            requireUnattended(vault);
            return addPassword(call, loaded, true, (kek, pin) -> maker.pin(vault.id(), kek, wish, pin));
        }
        requireWithoutTpm(request, named);
        if (request.type() == ProtectorType.PASSPHRASE) {
            requireUnattended(loaded.vault());
            return addPassword(
                    call,
                    loaded,
                    false,
                    (kek, passphrase) -> maker.passphrase(loaded.vault().id(), kek, passphrase));
        }
        return addRecovery(call, loaded);
    }

    private static void requireWithoutTpm(AddProtector.Request request, Optional<PcrSelection> named) {
        String type = request.type().name().toLowerCase(Locale.ROOT);
        if (named.isPresent() || request.pin()) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", named.isPresent() ? "pcrs" : "pin")
                    .with(
                            "reason",
                            (request.type() == ProtectorType.RECOVERY ? "a recovery key" : "a passphrase")
                                    + (named.isPresent() ? " is bound to no PCRs" : " has no PIN"))
                    .with("hint", "tpm-keyring protector add --vault " + request.vault() + " " + type)
                    .build();
        }
    }

    /** Nobody types anything at boot. */
    private static void requireUnattended(Vault vault) {
        if (vault.when() == When.BOOT && Protectors.plain(vault).isEmpty()) {
            throw VaultMaker.nobodyTypes("tpm-keyring protector add --vault " + vault.name() + " tpm2");
        }
    }

    /** A new protector from a KEK and a new password. */
    @FunctionalInterface
    private interface Making {
        Protector make(Kek kek, SecretBuffer password);
    }

    private AddProtector.Reply addPassword(
            Call<AddProtector.Request> call, LoadedVault loaded, boolean pin, Making making) {
        try (VaultOpener.Opened opened = opener.byTpmOrRecoveryKey(loaded, call.secrets());
                SecretBuffer password = Password.fresh(call.secrets(), pin)) {
            return added(loaded, opened.kek(), making.make(opened.kek(), password));
        }
    }

    private AddProtector.Reply added(LoadedVault loaded, Kek kek, Protector made) {
        return added(vaults.change(
                loaded.vault(),
                kek,
                before -> before.withProtectors(
                        Protectors.with(before.protectors(), Protectors.numbered(made, before.protectors())))));
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
            return added(loaded, opened.kek(), maker.tpm("", opened.kek(), wish));
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
