// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.util.TreeMap;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * Keys of whole volumes. They are root's, since only root opens volumes, and lie in his user keyring under a
 * description that follows from what they open, so that whoever opens it finds them without being told.
 */
abstract class VolumeKeyTarget extends KernelKeyTarget {
    /** Begins the descriptions of keys that are named like their volume. */
    static final String PREFIX = "tpm-keyring:";

    VolumeKeyTarget(UserKeyrings keyrings, TargetType type, KernelKeyType keyType) {
        super(keyrings, type, keyType, keyType == KernelKeyType.USER);
    }

    /** Checks the owner and refuses what no key of a volume needs. */
    final void checkCommon(KeySpec spec) {
        Refusal.requireRoot(spec, type());
        Refusal.requireAbsent(spec.description(), "--description", type());
        Refusal.requireAbsent(spec.mount(), "--mount", type());
        Refusal.requireAbsent(spec.directory(), "--directory", type());
    }

    /** What is to be stored, with what the record keeps of it. Takes ownership of {@code payload}. */
    static Material material(KeySpec spec, String description, SecretBuffer payload) {
        TreeMap<String, String> attributes = new TreeMap<>();
        attributes.put(Description.ATTRIBUTE, description);
        Opens.put(attributes, spec);
        return new Material(attributes, payload, payload.size());
    }
}
