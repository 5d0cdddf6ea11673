// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

/** The body of a vault file is not what {@link VaultCodec} writes; the message is one clause for people. */
final class MalformedVaultException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedVaultException(String reason) {
        super(reason);
    }
}
