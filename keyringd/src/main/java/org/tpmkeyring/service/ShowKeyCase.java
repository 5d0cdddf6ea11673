// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.protocol.api.ShowKey;

/** Tells all about a key but its secret. */
final class ShowKeyCase implements Handler<ShowKey.Request, ShowKey.Reply> {
    private final Keys keys;
    private final KeyStates states;
    private final VaultInfos infos;

    ShowKeyCase(Keys keys, KeyStates states, VaultInfos infos) {
        this.keys = keys;
        this.states = states;
        this.infos = infos;
    }

    @Override
    public ShowKey.Reply handle(Call<ShowKey.Request> call) {
        Keys.Located found = keys.require(call.owner(), call.request().name());
        return new ShowKey.Reply(states.info(found.vault().vault(), found.record()), infos.of(found.vault()));
    }
}
