// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.Optional;
import org.tpmkeyring.protocol.api.ReleaseAuthtok;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.vault.KeyWrapping;
import org.tpmkeyring.vault.Vault;

/**
 * Hands the password of a login that was without one to root's PAM module. A vault that only a password opens is left
 * alone: who logged in with that password has one for the modules after ours.
 */
final class ReleaseAuthtokCase implements Handler<ReleaseAuthtok.Request, ReleaseAuthtok.Reply> {
    private static final String LABEL = "authtok";

    private final Keys keys;
    private final VaultOpener opener;

    ReleaseAuthtokCase(Keys keys, VaultOpener opener) {
        this.keys = keys;
        this.opener = opener;
    }

    @Override
    public ReleaseAuthtok.Reply handle(Call<ReleaseAuthtok.Request> call) {
        Optional<Keys.Located> found =
                keys.ofTarget(call.owner(), TargetType.AUTHTOK).filter(ReleaseAuthtokCase::opensByItself);
        if (found.isPresent()) {
            offer(found.get(), call.secrets());
        }
        return new ReleaseAuthtok.Reply(found.isPresent());
    }

    private static boolean opensByItself(Keys.Located key) {
        Vault vault = key.vault().vault();
        return vault.when() == When.LOGIN && !Protectors.plain(vault).isEmpty();
    }

    private void offer(Keys.Located key, SecretDialogue secrets) {
        try (VaultOpener.Opened opened = opener.byTpm(key.vault());
                SecretBuffer password = KeyWrapping.unwrap(key.vault().vault().id(), opened.kek(), key.key())) {
            secrets.offer(LABEL, password);
        }
    }
}
