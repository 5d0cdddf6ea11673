// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.protocol.value.TargetType;

/** A {@code user} key that its owner may read, under the key's name unless he wants another description. */
public final class UserTarget extends PayloadTarget {
    public UserTarget(UserKeyrings keyrings) {
        super(keyrings, TargetType.USER, KernelKeyType.USER, true);
    }

    @Override
    String descriptionOf(KeySpec spec) {
        return Description.check(spec.description().orElse(spec.name().text()));
    }
}
