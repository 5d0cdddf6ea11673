// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.util.TreeMap;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.secret.SecretBuffer;

/** Targets whose secret is the payload of one key, as it is. */
abstract class PayloadTarget extends KernelKeyTarget {
    /** The most that user_preparse in security/keys/user_defined.c takes. */
    private static final int MAX_BYTES = 32_767;

    private static final int MADE_BYTES = 32;

    PayloadTarget(UserKeyrings keyrings, TargetType type, KernelKeyType keyType, boolean readable) {
        super(keyrings, type, keyType, readable);
    }

    /** The wished description, checked, or one made from the name. */
    abstract String descriptionOf(KeySpec spec);

    @Override
    public int check(KeySpec spec) {
        Refusal.requireAbsent(spec.format(), "--format", type());
        Refusal.requireAbsent(spec.mount(), "--mount", type());
        Refusal.requireAbsent(spec.directory(), "--directory", type());
        Opens.requireAbsent(spec, type());
        descriptionOf(spec);
        if (!spec.generate()) {
            return MAX_BYTES;
        }
        int wished = spec.sizeBytes().orElse(MADE_BYTES);
        Refusal.requireSize(spec, type(), wished, 1, MAX_BYTES);
        return wished;
    }

    @Override
    public Material make(KeySpec spec, SecretBuffer secret) {
        Refusal.requireSize(spec, type(), secret.size(), 1, MAX_BYTES);
        TreeMap<String, String> attributes = new TreeMap<>();
        attributes.put(Description.ATTRIBUTE, descriptionOf(spec));
        return new Material(attributes, secret.copyOfRange(0, secret.size()), secret.size());
    }
}
