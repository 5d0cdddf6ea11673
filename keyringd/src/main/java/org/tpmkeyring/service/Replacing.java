// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Protector;
import org.tpmkeyring.vault.Vault;

/**
 * Puts a new password in the place of an old one: first every new protector is made, then all of them replace the old
 * ones in one write. Until that the old password opens the vault, from then on the new one.
 */
final class Replacing {
    private final Vaults vaults;
    private final ProtectorMaker maker;

    Replacing(Vaults vaults, ProtectorMaker maker) {
        this.vaults = vaults;
        this.maker = maker;
    }

    /**
     * Makes protectors of the same kind, bound to the same PCRs, for another password.
     *
     * @param old protectors of the vault that take a password
     * @param kek stays the caller's
     * @param password stays the caller's
     * @return ids of the new ones, in the order of the old
     * @throws KeyringException NO_SUCH_PROTECTOR when somebody else removed one of them meanwhile
     */
    List<Protector> replace(LoadedVault loaded, Kek kek, List<Protector> old, SecretBuffer password) {
        Vault vault = loaded.vault();
        Map<Protector, Protector> made = new LinkedHashMap<>();
        old.forEach(protector -> made.put(protector, maker.again(vault, kek, protector, password)));
        List<Protector> now = new ArrayList<>();
        LoadedVault changed = vaults.change(vault, kek, before -> {
            List<Protector> protectors = new ArrayList<>(before.protectors());
            now.clear();
            made.forEach((gone, come) -> {
                Protector numbered = Protectors.numbered(come, protectors);
                int at = protectors.indexOf(gone);
                if (at < 0) {
                    throw missing(vault, gone.id());
                }
                protectors.set(at, numbered);
                now.add(numbered);
            });
            return before.withProtectors(protectors);
        });
        assert changed.vault().protectors().containsAll(now);
        return List.copyOf(now);
    }

    /**
     * The protector that a person means.
     *
     * @param id empty: the only one that takes a password
     * @throws KeyringException NO_SUCH_PROTECTOR, BAD_ARGUMENT
     */
    static Protector chosen(Vault vault, Optional<String> id) {
        if (id.isPresent()) {
            Protector found = Protectors.find(vault, id.get()).orElseThrow(() -> missing(vault, id.get()));
            if (!Protectors.takesPassword(found)) {
                throw bad("'" + id.get() + "' takes no password", vault);
            }
            return found;
        }
        List<Protector> taking = Protectors.takingPassword(vault);
        if (taking.isEmpty()) {
            throw KeyringException.of(ErrorKind.NO_SUCH_PROTECTOR)
                    .with("vault", vault.name())
                    .with("protector", "with a password")
                    .build();
        }
        if (taking.size() > 1) {
            throw bad("several of vault '" + vault.name() + "' take a password, name one", vault);
        }
        return taking.get(0);
    }

    private static KeyringException bad(String reason, Vault vault) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", "protector")
                .with("reason", reason)
                .with("hint", "tpm-keyring protector list --vault " + vault.name())
                .build();
    }

    private static KeyringException missing(Vault vault, String id) {
        return KeyringException.of(ErrorKind.NO_SUCH_PROTECTOR)
                .with("vault", vault.name())
                .with("protector", id)
                .build();
    }
}
