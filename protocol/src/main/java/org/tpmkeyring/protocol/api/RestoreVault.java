// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/** Puts the previous generation of a vault's file in the place of a damaged one. */
public final class RestoreVault {
    public static final Method<Request, Reply> METHOD = new Method<>("RestoreVault", Request.class, Reply.class, false);

    private RestoreVault() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param vault vault name or id; a damaged vault is known by its id
     */
    public record Request(Optional<Long> owner, String vault) implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param vault the vault
     * @param generation number of the generation that is in force again
     */
    public record Reply(VaultInfo vault, long generation) {}
}
