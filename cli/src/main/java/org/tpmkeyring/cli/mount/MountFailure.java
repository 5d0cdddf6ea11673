// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.VaultOutcome;

/** Why an entry is not mounted, in the words of whoever refused: keyringd tells of vaults and keys in sentences. */
final class MountFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;
    private final String hint;

    private MountFailure(ErrorKind kind, String sentence, String hint) {
        super(sentence);
        this.kind = kind;
        this.hint = hint;
    }

    static MountFailure of(KeyringException refusal) {
        return new MountFailure(refusal.kind(), refusal.sentence(), refusal.hint());
    }

    /** A vault that stays locked. */
    static MountFailure of(VaultOutcome vault) {
        return new MountFailure(
                vault.error().flatMap(ErrorKind::byWireName).orElse(ErrorKind.UNEXPECTED),
                vault.reason().orElse("vault '" + vault.vault() + "' was refused"),
                vault.hint().orElse("tpm-keyring explain " + vault.vault()));
    }

    /** A key that did not get to where it belongs. */
    static MountFailure of(KeyOutcome key) {
        return new MountFailure(
                ErrorKind.UNEXPECTED,
                "key '" + key.name() + "' could not be delivered: "
                        + key.reason().orElse("failed"),
                key.hint().orElse("tpm-keyring show " + key.name()));
    }

    ErrorKind kind() {
        return kind;
    }

    String hint() {
        return hint;
    }
}
