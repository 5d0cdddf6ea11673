// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.authz;

/** What authorisation says to a request. */
public sealed interface Decision {
    /**
     * Go on.
     *
     * @param owner uid whose vaults the request is about
     */
    record Allowed(long owner) implements Decision {}

    /**
     * No.
     *
     * @param action what the peer may not do, to follow "may not"
     * @param command arguments of {@code tpm-keyring} that do it when root types them; may be empty
     */
    record Refused(String action, String command) implements Decision {}
}
