// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.ShowSecret;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.target.Targets;
import org.tpmkeyring.vault.KeyWrapping;
import org.tpmkeyring.vault.Vault;

/** Hands out what a person has to type elsewhere. The one way of a key's secret to a client; each use is logged. */
final class ShowSecretCase implements Handler<ShowSecret.Request, ShowSecret.Reply> {
    private static final Logger AUDIT = System.getLogger(ShowSecretCase.class.getName());
    private static final String LABEL = "passphrase";

    private final Keys keys;
    private final Targets targets;
    private final KeyStates states;
    private final VaultOpener opener;
    private final Door door;

    ShowSecretCase(Keys keys, Targets targets, KeyStates states, VaultOpener opener, Door door) {
        this.keys = keys;
        this.targets = targets;
        this.states = states;
        this.opener = opener;
        this.door = door;
    }

    @Override
    public ShowSecret.Reply handle(Call<ShowSecret.Request> call) {
        Keys.Located found = keys.require(call.owner(), call.request().name());
        Vault vault = found.vault().vault();
        if (!targets.of(found.record().target()).reveals()) {
            throw nothingToReveal(found);
        }
        if (!states.unlocked(vault)) {
            throw locked(vault);
        }
        try (VaultOpener.Opened opened = opener.forChange(found.vault(), call.secrets());
                SecretBuffer stored = KeyWrapping.unwrap(vault.id(), opened.kek(), found.key());
                SecretBuffer revealed = revealed(found, stored)) {
            AUDIT.log(
                    Level.WARNING,
                    "uid {0} is shown the secret of key {1} in vault {2} of uid {3}",
                    String.valueOf(call.peerUid()),
                    found.record().name(),
                    vault.name(),
                    String.valueOf(call.owner()));
            call.secrets().offer(LABEL, revealed);
        }
        return new ShowSecret.Reply(states.info(vault, found.record()));
    }

    /** By what it can be unlocked: behind the door not by 'unlock'. */
    private KeyringException locked(Vault vault) {
        return door.of(vault) == VaultDoor.SHUT
                ? VaultOpener.shut(vault, null)
                : KeyringException.of(ErrorKind.WAS_LOCKED)
                        .with("vault", vault.name())
                        .build();
    }

    private SecretBuffer revealed(Keys.Located found, SecretBuffer stored) {
        return targets.of(found.record().target())
                .revealable(found.record(), stored)
                .orElseThrow(() -> nothingToReveal(found));
    }

    private static KeyringException nothingToReveal(Keys.Located found) {
        return KeyringException.of(ErrorKind.NOT_SUPPORTED)
                .with("what", "showing the secret of key '" + found.record().name() + "'")
                .with(
                        "reason",
                        "nobody has to type the secret of a key of target "
                                + found.record()
                                        .target()
                                        .name()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '-'))
                .with("hint", "tpm-keyring show " + found.record().name())
                .build();
    }
}
