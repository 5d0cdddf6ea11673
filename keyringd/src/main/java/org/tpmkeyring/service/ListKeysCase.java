// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.vault.LoadedVault;

/** Lists keys. A damaged vault does not hide the keys of others. */
final class ListKeysCase implements Handler<ListKeys.Request, ListKeys.Reply> {
    private static final Comparator<KeyInfo> ORDER = Comparator.comparingLong(KeyInfo::owner)
            .thenComparing(KeyInfo::vault)
            .thenComparing(KeyInfo::name);

    private final Vaults vaults;
    private final KeyStates states;

    ListKeysCase(Vaults vaults, KeyStates states) {
        this.vaults = vaults;
        this.states = states;
    }

    @Override
    public ListKeys.Reply handle(Call<ListKeys.Request> call) {
        ListKeys.Request request = call.request();
        Stream<LoadedVault> chosen = request.vault().isPresent() && !request.all()
                ? Stream.of(vaults.require(call.owner(), request.vault().get()))
                : Owners.of(vaults, call, request.all()).stream()
                        .flatMap(owner -> vaults.sound(owner).stream())
                        .filter(loaded -> request.vault()
                                .map(wanted -> wanted.equals(
                                                loaded.vault().name().text())
                                        || wanted.equals(loaded.vault().id().text()))
                                .orElse(true));
        List<KeyInfo> keys = chosen.map(LoadedVault::vault)
                .flatMap(vault -> vault.keys().stream().map(key -> states.info(vault, key.record())))
                .sorted(ORDER)
                .toList();
        return new ListKeys.Reply(keys);
    }
}
