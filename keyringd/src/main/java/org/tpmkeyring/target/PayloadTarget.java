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

/** Targets whose secret is the payload of one key, as it is. */
abstract class PayloadTarget implements Target {
    /** The most that user_preparse in security/keys/user_defined.c takes. */
    private static final int MAX_BYTES = 32_767;

    private static final int MADE_BYTES = 32;

    private final UserKeyrings keyrings;
    private final TargetType type;
    private final KernelKeyType keyType;
    private final boolean readable;

    PayloadTarget(UserKeyrings keyrings, TargetType type, KernelKeyType keyType, boolean readable) {
        this.keyrings = keyrings;
        this.type = type;
        this.keyType = keyType;
        this.readable = readable;
    }

    /** The wished description, checked, or one made from the name. */
    abstract String descriptionOf(KeySpec spec);

    @Override
    public TargetType type() {
        return type;
    }

    @Override
    public int check(KeySpec spec) {
        Refusal.requireAbsent(spec.format(), "--format", type);
        Refusal.requireAbsent(spec.mount(), "--mount", type);
        Refusal.requireAbsent(spec.directory(), "--directory", type);
        Opens.requireAbsent(spec, type);
        descriptionOf(spec);
        if (!spec.generate()) {
            return MAX_BYTES;
        }
        int wished = spec.sizeBytes().orElse(MADE_BYTES);
        Refusal.requireSize(spec, type, wished, 1, MAX_BYTES);
        return wished;
    }

    @Override
    public Material make(KeySpec spec, SecretBuffer secret) {
        Refusal.requireSize(spec, type, secret.size(), 1, MAX_BYTES);
        TreeMap<String, String> attributes = new TreeMap<>();
        attributes.put(Description.ATTRIBUTE, descriptionOf(spec));
        return new Material(attributes, secret.copyOfRange(0, secret.size()), secret.size());
    }

    @Override
    public Delivery deliver(long owner, KeyRecord key, SecretBuffer stored) throws KernelException {
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
    public List<String> identifiers(KeyRecord key) {
        return List.of(description(key));
    }

    @Override
    public String place(long owner, KeyRecord key) {
        return KeyringPlace.of(owner);
    }

    /** Description of the kernel key. */
    static String description(KeyRecord key) {
        return Attributes.require(key, Description.ATTRIBUTE);
    }
}
