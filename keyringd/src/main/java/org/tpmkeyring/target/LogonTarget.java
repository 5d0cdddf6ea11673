// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.protocol.value.TargetType;

/**
 * A {@code logon} key: no process can read it, the kernel alone uses it. The kernel wants a description with
 * a prefix for the service (logon_vet_description in security/keys/user_defined.c).
 */
public final class LogonTarget extends PayloadTarget {
    private static final String PREFIX = "tpm-keyring:";

    public LogonTarget(UserKeyrings keyrings) {
        super(keyrings, TargetType.LOGON, KernelKeyType.LOGON, false);
    }

    @Override
    String descriptionOf(KeySpec spec) {
        return Description.checkPrefixed(
                spec.description().orElse(PREFIX + spec.name().text()));
    }
}
