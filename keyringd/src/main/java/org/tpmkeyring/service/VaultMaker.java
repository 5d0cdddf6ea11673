// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.secret.SecretRandom;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Protector;
import org.tpmkeyring.vault.Vault;

/** Makes vaults: first all of it in memory, then recovery key shown and confirmed, then in one write. */
final class VaultMaker {
    private static final int ID_BYTES = 16;
    private static final String FIRST = "tpm2-1";

    private final Vaults vaults;
    private final ProtectorMaker protectors;
    private final DoorRule door;
    private final Randomness randomness;
    private final ServiceSettings settings;
    private final InstantSource clock;

    VaultMaker(
            Vaults vaults,
            ProtectorMaker protectors,
            DoorRule door,
            Randomness randomness,
            ServiceSettings settings,
            InstantSource clock) {
        this.vaults = vaults;
        this.protectors = protectors;
        this.door = door;
        this.randomness = randomness;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * A vault as it is wished for.
     *
     * @param byRoot whether root makes it, who may make more than the limit
     */
    record Order(
            long owner,
            boolean byRoot,
            VaultName name,
            Optional<When> when,
            Optional<PcrSelection> pcrs,
            boolean allowUnmeasured,
            boolean noRecovery,
            boolean reopenable,
            boolean pin) {
        When occasion() {
            return when.orElse(owner == 0 ? When.BOOT : When.LOGIN);
        }
    }

    /**
     * A vault that is written nowhere yet.
     *
     * @param vault without keys and recovery key
     * @param kek closed with this
     */
    record Prepared(Order order, Vault vault, Kek kek) implements AutoCloseable {
        @Override
        public void close() {
            kek.close();
        }
    }

    /**
     * Checks whether the vault may be made at all.
     *
     * @throws KeyringException VAULT_EXISTS, TOO_MANY_VAULTS; NOT_PERMITTED for a vault that everybody's boot waits for;
     *     BAD_ARGUMENT for one that the boot could not open
     */
    void requireAllowed(Order order) {
        vaults.requireFree(order.owner(), order.name());
        if (order.pin() && order.occasion() == When.BOOT) {
            throw nobodyTypes("the same command with --when=login or --when=manual");
        }
        boolean asUser = !order.byRoot() && order.owner() != 0;
        if (asUser && order.occasion() == When.BOOT) {
            throw KeyringException.of(ErrorKind.NOT_PERMITTED)
                    .with("who", "uid " + order.owner())
                    .with("action", "make a vault that is unlocked at boot")
                    .with("command", "vault create " + order.name() + " --user=" + order.owner() + " --when=boot")
                    .build();
        }
        int count = vaults.list(order.owner()).size();
        if (asUser && count >= settings.maxVaultsPerUser()) {
            throw KeyringException.of(ErrorKind.TOO_MANY_VAULTS)
                    .with("owner", order.owner())
                    .with("count", count)
                    .with("limit", settings.maxVaultsPerUser())
                    .build();
        }
    }

    /**
     * Makes KEK and sealing, for which a PIN may be asked for.
     *
     * @return the caller owns it
     * @throws KeyringException as {@link #requireAllowed}; when the TPM refuses
     */
    Prepared prepare(Order order, SecretDialogue secrets) {
        requireAllowed(order);
        When when = order.occasion();
        PcrSelection pcrs = door.ofNew(when, order.pcrs().orElse(settings.defaultPcrs()), order.reopenable());
        VaultId id = newId();
        Kek kek = new Kek(randomness.secret(Kek.SIZE_BYTES));
        try {
            Protector sealing = sealing(id, kek, new Sealable(pcrs, when, order.allowUnmeasured()), order, secrets);
            long now = clock.instant().getEpochSecond();
            Vault vault = new Vault(id, order.name(), order.owner(), when, now, List.of(sealing), List.of());
            return new Prepared(order, vault, kek);
        } catch (RuntimeException e) {
            kek.close();
            throw e;
        }
    }

    private Protector sealing(VaultId id, Kek kek, Sealable wish, Order order, SecretDialogue secrets) {
        if (!order.pin()) {
            return protectors.tpm(FIRST, kek, wish);
        }
        protectors.requireSealable(List.of(wish));
        try (SecretBuffer pin = Password.fresh(secrets, true)) {
            return protectors.pin(id, kek, wish, pin).withId(FIRST);
        }
    }

    /** That a vault for boot needs a protector that opens it with nobody there. */
    static KeyringException nobodyTypes(String hint) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", "pin")
                .with(
                        "reason",
                        "nobody types anything at boot, a vault for boot needs a protector without password first")
                .with("hint", hint)
                .build();
    }

    /**
     * Makes the recovery key, if there is to be one, and shows it: the last thing before the vault is written, so
     * that nobody keeps a key of a vault that never came to be.
     *
     * @return the vault with it
     * @throws KeyringException when it was not confirmed
     */
    Vault withRecoveryKey(Prepared prepared, SecretDialogue secrets) {
        Vault vault = prepared.vault();
        if (prepared.order().noRecovery()) {
            return vault;
        }
        Protector recovery = protectors.recovery("recovery-2", vault.id(), prepared.kek(), secrets);
        return vault.withProtectors(Protectors.with(vault.protectors(), recovery));
    }

    /**
     * Writes it.
     *
     * @param vault the prepared one, recovery key and keys may have come
     * @param alsoRequired what else has to be so at the moment of writing
     * @throws KeyringException as {@link #requireAllowed}: another call may have been faster
     */
    LoadedVault commit(Prepared prepared, Vault vault, Runnable alsoRequired) {
        return vaults.create(vault, prepared.kek(), () -> {
            requireAllowed(prepared.order());
            alsoRequired.run();
        });
    }

    private static VaultId newId() {
        return new VaultId(SecretRandom.publicBytes(ID_BYTES).hex());
    }
}
