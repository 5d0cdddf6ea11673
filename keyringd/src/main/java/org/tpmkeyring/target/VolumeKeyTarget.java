// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.util.List;
import java.util.TreeMap;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * Keys of whole volumes. They are root's, since only root opens volumes, and lie in his user keyring under a
 * description that follows from what they open, so that whoever opens it finds them without being told.
 */
abstract class VolumeKeyTarget implements Target {
    /** Begins the descriptions of keys that are named like their volume. */
    static final String PREFIX = "tpm-keyring:";

    final UserKeyrings keyrings;
    private final TargetType type;
    private final KernelKeyType keyType;

    VolumeKeyTarget(UserKeyrings keyrings, TargetType type, KernelKeyType keyType) {
        this.keyrings = keyrings;
        this.type = type;
        this.keyType = keyType;
    }

    @Override
    public final TargetType type() {
        return type;
    }

    /** Checks the owner and refuses what no key of a volume needs. */
    final void checkCommon(KeySpec spec) {
        Refusal.requireRoot(spec, type);
        Refusal.requireAbsent(spec.description(), "--description", type);
        Refusal.requireAbsent(spec.mount(), "--mount", type);
        Refusal.requireAbsent(spec.directory(), "--directory", type);
    }

    /** What is to be stored, with what the record keeps of it. Takes ownership of {@code payload}. */
    static Material material(KeySpec spec, String description, SecretBuffer payload) {
        TreeMap<String, String> attributes = new TreeMap<>();
        attributes.put(Description.ATTRIBUTE, description);
        Opens.put(attributes, spec);
        return new Material(attributes, payload, payload.size());
    }

    @Override
    public final Delivery deliver(long owner, KeyRecord key, SecretBuffer stored) throws KernelException {
        boolean readable = keyType == KernelKeyType.USER;
        int serial = keyrings.deliver(owner, keyType, description(key), stored, readable)
                .value();
        return new Delivery(List.of((long) serial));
    }

    @Override
    public TargetState state(long owner, KeyRecord key) throws KernelException {
        return KeyringPlace.state(keyrings.find(owner, keyType, description(key)));
    }

    @Override
    public TargetRemoval remove(long owner, KeyRecord key) throws KernelException {
        return KeyringPlace.removal(keyrings.remove(owner, keyType, description(key)));
    }

    @Override
    public final List<String> identifiers(KeyRecord key) {
        return List.of(description(key));
    }

    @Override
    public final String place(long owner, KeyRecord key) {
        return KeyringPlace.of(owner);
    }

    static String description(KeyRecord key) {
        return Attributes.require(key, Description.ATTRIBUTE);
    }
}
