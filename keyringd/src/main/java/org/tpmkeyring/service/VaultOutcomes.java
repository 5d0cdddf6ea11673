// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.vault.Vault;
import org.tpmkeyring.vault.VaultRepository.Damaged;

/** Outcomes of whole vaults. Pure. */
final class VaultOutcomes {
    private VaultOutcomes() {}

    /**
     * @param protector that opened it; empty when nothing had to be opened
     */
    static VaultOutcome done(Vault vault, Optional<String> protector, List<KeyOutcome> keys) {
        return new VaultOutcome(
                vault.name().text(),
                vault.owner(),
                protector,
                keys,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * @param peerUid who is told
     */
    static VaultOutcome refused(Vault vault, KeyringException why, long peerUid) {
        return refused(vault.name().text(), vault.owner(), why, peerUid);
    }

    /**
     * @param peerUid who is told
     */
    static VaultOutcome refused(long owner, Damaged damaged, long peerUid) {
        return refused(damaged.id().text(), owner, damaged.reason(), peerUid);
    }

    private static VaultOutcome refused(String vault, long owner, KeyringException why, long peerUid) {
        return new VaultOutcome(
                vault,
                owner,
                Optional.empty(),
                List.of(),
                Optional.of(why.kind().wireName()),
                Optional.of(why.sentence()),
                Optional.of(hint(vault, owner, why, peerUid)));
    }

    /** A command with the name of another's vault would be about the caller's own of that name. */
    private static String hint(String vault, long owner, KeyringException why, long peerUid) {
        String hint = why.hint();
        String name = " " + vault;
        int at = (hint + " ").lastIndexOf(name + " ");
        return why.kind().fields().contains("vault") && at >= 0
                ? hint.substring(0, at + 1)
                        + Owners.argument(vault, owner, peerUid)
                        + hint.substring(at + name.length())
                : hint;
    }
}
