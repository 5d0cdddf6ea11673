// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.util.List;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * Targets of one kernel key, whose description the record keeps. What is stored is its payload, unless the target
 * delivers it in its own way.
 */
abstract class KernelKeyTarget implements Target {
    final UserKeyrings keyrings;
    private final TargetType type;
    private final KernelKeyType keyType;
    private final boolean readable;

    /**
     * @param readable whether the owner may read the payload
     */
    KernelKeyTarget(UserKeyrings keyrings, TargetType type, KernelKeyType keyType, boolean readable) {
        this.keyrings = keyrings;
        this.type = type;
        this.keyType = keyType;
        this.readable = readable;
    }

    @Override
    public final TargetType type() {
        return type;
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
