// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;
import java.util.Optional;

/** Takes over the mount passphrase of a directory of ecryptfs-utils as a key of target ecryptfs in a login vault. The password that unwraps it is asked for under the label {@code password}; nothing is sealed unless what it unwraps has the signatures of the directory. Where the owner has no vault of that name yet, a login vault is made, and its recovery key is offered under the label {@code recovery-key} after that. Where the TPM does not open one that is there, a recovery key is asked for under the same label before that. The key is delivered as by AddKey. */
public final class ImportEcryptfs {
    public static final Method<Request, Reply> METHOD =
            new Method<>("ImportEcryptfs", Request.class, Reply.class, true);

    private ImportEcryptfs() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param vault vault name, {@code default} when absent; a vault that is there has to be for login
     * @param name key name
     * @param wrapped the bytes of {@code wrapped-passphrase}, hex
     * @param signatures lines of {@code Private.sig}: of contents, and of names where those are encrypted, 16 hex digits each
     * @param salt of {@code .ecryptfsrc}, 16 hex digits; that of ecryptfs-utils when absent
     * @param pcrs PCR selection of a vault that is made by this call
     * @param allowUnmeasured accept PCRs that were never extended
     * @param noRecovery make no recovery key
     */
    public record Request(
            Optional<Long> owner,
            Optional<String> vault,
            String name,
            String wrapped,
            List<String> signatures,
            Optional<String> salt,
            Optional<String> pcrs,
            boolean allowUnmeasured,
            boolean noRecovery)
            implements org.tpmkeyring.protocol.api.Request {}

    /**
     * Answer.
     *
     * @param key the new key
     * @param createdVault the vault when this call made it
     * @param delivery what became of its delivery
     */
    public record Reply(KeyInfo key, Optional<VaultInfo> createdVault, KeyOutcome delivery) {}
}
