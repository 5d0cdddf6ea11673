// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.Presence;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.target.KeySpec;
import org.tpmkeyring.target.Material;
import org.tpmkeyring.target.Target;

/** Stand-in. */
record StandInTarget(TargetType type, UserKeyrings keyrings) implements Target {
    @Override
    public int check(KeySpec spec) {
        int size = spec.sizeBytes().orElse(32767);
        if (size < 1 || size > 32767) {
            throw KeyringException.of(ErrorKind.BAD_SIZE).with("size", size).build();
        }
        return size;
    }

    @Override
    public Material make(KeySpec spec, SecretBuffer secret) {
        return new Material(
                new TreeMap<>(Map.of("description", spec.description().orElse("tpm-keyring:" + spec.name()))),
                secret.copyOfRange(0, secret.size()),
                secret.size());
    }

    private KernelKeyType kernelType() {
        return type == TargetType.LOGON ? KernelKeyType.LOGON : KernelKeyType.USER;
    }

    @Override
    public Delivery deliver(long owner, KeyRecord key, SecretBuffer stored) throws KernelException {
        return new Delivery(List.of(
                (long) keyrings.deliver(owner, kernelType(), identifiers(key).get(0), stored, true)
                        .value()));
    }

    @Override
    public TargetState state(long owner, KeyRecord key) throws KernelException {
        Presence presence = keyrings.find(owner, kernelType(), identifiers(key).get(0));
        return new TargetState(
                presence.state(),
                presence.serial().map(s -> List.of((long) s.value())).orElse(List.of()));
    }

    @Override
    public TargetRemoval remove(long owner, KeyRecord key) throws KernelException {
        boolean gone = keyrings.remove(owner, kernelType(), identifiers(key).get(0));
        return new TargetRemoval(gone ? TargetRemoval.Result.REMOVED : TargetRemoval.Result.ABSENT, Optional.empty());
    }

    @Override
    public List<String> identifiers(KeyRecord key) {
        return List.of(key.attribute("description").orElseThrow());
    }

    @Override
    public String place(long owner, KeyRecord key) {
        return "user keyring of uid " + owner;
    }

    @Override
    public Optional<SecretBuffer> revealable(KeyRecord key, SecretBuffer stored) {
        return type == TargetType.ECRYPTFS ? Optional.of(stored.copyOfRange(0, stored.size())) : Optional.empty();
    }
}
