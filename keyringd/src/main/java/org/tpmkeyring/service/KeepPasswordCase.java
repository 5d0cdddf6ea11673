// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.protocol.api.KeepPassword;

/** Keeps a login password, where it will be of use: else it does not cross. */
final class KeepPasswordCase implements Handler<KeepPassword.Request, KeepPassword.Reply> {
    private final LoginVaults vaults;
    private final KeptPasswords passwords;

    KeepPasswordCase(LoginVaults vaults, KeptPasswords passwords) {
        this.vaults = vaults;
        this.passwords = passwords;
    }

    @Override
    public KeepPassword.Reply handle(Call<KeepPassword.Request> call) {
        boolean useful = passwords.keeps()
                && vaults.of(call.owner()).stream()
                        .anyMatch(vault -> !Protectors.takingPassword(vault).isEmpty() && !vaults.isUnlocked(vault));
        if (useful) {
            passwords.keep(call.owner(), call.secrets().want("password", Password.MAX_BYTES));
        }
        return new KeepPassword.Reply(useful);
    }
}
