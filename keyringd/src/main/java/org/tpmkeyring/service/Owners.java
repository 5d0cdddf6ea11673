// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** Whose vaults a listing is about, and how a command names one of them. */
final class Owners {
    private Owners() {}

    /**
     * @param all whether everyone's are asked for
     * @throws KeyringException NOT_PERMITTED when anyone but root asks for everyone's; authorisation should
     *     have refused that already
     */
    static List<Long> of(Vaults vaults, Call<?> call, boolean all) {
        if (!all) {
            return List.of(call.owner());
        }
        if (!call.byRoot()) {
            throw KeyringException.of(ErrorKind.NOT_PERMITTED)
                    .with("who", "uid " + call.peerUid())
                    .with("action", "list what belongs to others")
                    .with("command", "list --all")
                    .build();
        }
        return vaults.owners();
    }

    /**
     * A vault as the argument of a command.
     *
     * @param peerUid who would type that
     */
    static String argument(String vault, long owner, long peerUid) {
        return vault + (owner == peerUid ? "" : " --user " + owner);
    }
}
