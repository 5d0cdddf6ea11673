// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.Presence;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.secret.IteratedSha512;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * An eCryptfs mount passphrase: both of its tokens as {@code user} keys under their signatures, which is
 * what a mount looks for. As with the tools of ecryptfs-utils, whoever possesses the tokens can read them:
 * the kernel's eCryptfs takes no type that hides its payload but {@code encrypted}. Stored are the two
 * derived keys and the passphrase, so that an unlock derives nothing.
 */
public final class EcryptfsTarget implements Target {
    private static final int MADE_RANDOM_BYTES = 16;
    private static final int MADE_CHARS = 2 * MADE_RANDOM_BYTES;

    /** ECRYPTFS_MAX_PASSPHRASE_BYTES of ecryptfs-utils. */
    private static final int MAX_PASSPHRASE_BYTES = 64;

    private static final int KEY_BYTES = IteratedSha512.KEY_BYTES;
    private static final int PASSPHRASE_OFFSET = 2 * KEY_BYTES;

    private final UserKeyrings keyrings;

    public EcryptfsTarget(UserKeyrings keyrings) {
        this.keyrings = keyrings;
    }

    @Override
    public TargetType type() {
        return TargetType.ECRYPTFS;
    }

    @Override
    public int check(KeySpec spec) {
        Refusal.requireAbsent(spec.description(), "--description", type());
        Refusal.requireAbsent(spec.format(), "--format", type());
        Refusal.requireAbsent(spec.mount(), "--mount", type());
        Refusal.requireAbsent(spec.directory(), "--directory", type());
        Opens.requireAbsent(spec, type());
        if (!spec.generate()) {
            return MAX_PASSPHRASE_BYTES;
        }
        int wished = spec.sizeBytes().orElse(MADE_CHARS);
        if (wished != MADE_CHARS) {
            throw Refusal.size(
                    spec,
                    type(),
                    wished,
                    "a made passphrase has " + MADE_CHARS + " hex digits, as ecryptfs-utils makes");
        }
        return MADE_RANDOM_BYTES;
    }

    @Override
    public Material make(KeySpec spec, SecretBuffer secret) {
        if (spec.generate()) {
            try (SecretBuffer passphrase = HexDigits.of(secret)) {
                return derive(passphrase);
            }
        }
        Refusal.requireSize(spec, type(), secret.size(), 1, MAX_PASSPHRASE_BYTES);
        Typeable.require(secret);
        return derive(secret);
    }

    /**
     * What is stored of the passphrase of a directory of ecryptfs-utils.
     *
     * @param passphrase 1 to 64 bytes; stays the caller's
     * @param ownSalt of {@code .ecryptfsrc}, for the key of contents; the one of names is never derived with it
     * @param signatures those of the directory: of contents, and of names where names are encrypted
     * @return empty when it is another directory's passphrase
     */
    public static Optional<Material> ofDirectory(
            SecretBuffer passphrase, Optional<Bytes> ownSalt, List<String> signatures) {
        Bytes usual = EcryptfsToken.CONTENTS.salt();
        for (Bytes salt : Stream.concat(Stream.of(usual), ownSalt.stream()).toList()) {
            Material material = derive(passphrase, salt);
            if (signatures(material).subList(0, signatures.size()).equals(signatures)) {
                return Optional.of(material);
            }
            material.close();
        }
        return Optional.empty();
    }

    private static List<String> signatures(Material material) {
        return Arrays.stream(EcryptfsToken.values())
                .map(token -> material.attributes().get(token.attribute()))
                .toList();
    }

    private static Material derive(SecretBuffer passphrase) {
        return derive(passphrase, EcryptfsToken.CONTENTS.salt());
    }

    private static Material derive(SecretBuffer passphrase, Bytes contentsSalt) {
        TreeMap<String, String> attributes = new TreeMap<>();
        SecretBuffer stored = SecretBuffer.allocate(PASSPHRASE_OFFSET + passphrase.size());
        for (EcryptfsToken token : EcryptfsToken.values()) {
            Bytes salt = token == EcryptfsToken.CONTENTS ? contentsSalt : token.salt();
            try (SecretBuffer key = IteratedSha512.derive(salt, passphrase)) {
                stored.put(token.storedOffset(), key);
                attributes.put(token.attribute(), IteratedSha512.signature(key).hex());
            }
        }
        stored.put(PASSPHRASE_OFFSET, passphrase);
        return new Material(attributes, stored, passphrase.size());
    }

    @Override
    public Delivery deliver(long owner, KeyRecord key, SecretBuffer stored) throws KernelException {
        List<Long> serials = new ArrayList<>();
        for (EcryptfsToken token : EcryptfsToken.values()) {
            String signature = signature(key, token);
            try (SecretBuffer derived = stored.copyOfRange(token.storedOffset(), KEY_BYTES);
                    SecretBuffer payload = token.payload(derived, signature)) {
                serials.add((long) keyrings.deliver(owner, KernelKeyType.USER, signature, payload, false)
                        .value());
            }
        }
        return new Delivery(List.copyOf(serials));
    }

    /** Both tokens in one state give that state; otherwise it is PARTIAL as long as one is delivered. */
    @Override
    public TargetState state(long owner, KeyRecord key) throws KernelException {
        List<Long> serials = new ArrayList<>();
        Set<KeyState> states = EnumSet.noneOf(KeyState.class);
        for (EcryptfsToken token : EcryptfsToken.values()) {
            Presence presence = keyrings.find(owner, KernelKeyType.USER, signature(key, token));
            states.add(presence.state());
            serials.addAll(KeyringPlace.serials(presence.serial()));
        }
        return new TargetState(combined(states), List.copyOf(serials));
    }

    private static KeyState combined(Set<KeyState> states) {
        if (states.size() > 1) {
            if (states.contains(KeyState.DELIVERED)) {
                return KeyState.PARTIAL;
            }
            states.remove(KeyState.LOCKED);
        }
        return states.iterator().next();
    }

    @Override
    public TargetRemoval remove(long owner, KeyRecord key) throws KernelException {
        boolean removed = false;
        for (EcryptfsToken token : EcryptfsToken.values()) {
            removed |= keyrings.remove(owner, KernelKeyType.USER, signature(key, token));
        }
        return KeyringPlace.removal(removed);
    }

    /** Signature for contents, then for names. */
    @Override
    public List<String> identifiers(KeyRecord key) {
        return Arrays.stream(EcryptfsToken.values())
                .map(token -> signature(key, token))
                .toList();
    }

    @Override
    public String place(long owner, KeyRecord key) {
        return KeyringPlace.of(owner);
    }

    @Override
    public boolean reveals() {
        return true;
    }

    /** The passphrase, which other tools of eCryptfs ask for. */
    @Override
    public Optional<SecretBuffer> revealable(KeyRecord key, SecretBuffer stored) {
        return Optional.of(stored.copyOfRange(PASSPHRASE_OFFSET, stored.size() - PASSPHRASE_OFFSET));
    }

    private static String signature(KeyRecord key, EcryptfsToken token) {
        return Attributes.require(key, token.attribute());
    }
}
