// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.tpmkeyring.kernel.FscryptKeys;
import org.tpmkeyring.kernel.FscryptProvisioning;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * A key of an fscrypt v2 policy, given to the file system. By way of {@code provisioning} a {@code
 * fscrypt-provisioning} key is left in the owner's user keyring, too: tools that mount the file system again
 * can add the key from it without asking keyringd.
 */
public final class FscryptTarget implements Target {
    /** FSCRYPT_MIN_KEY_SIZE of fs/crypto/fscrypt_private.h, FSCRYPT_MAX_KEY_SIZE of linux/fscrypt.h. */
    private static final int MIN_KEY_BYTES = 16;

    private static final int MAX_KEY_BYTES = 64;

    private static final int MOST_NAMES = 5;
    private static final int EINVAL = 22;

    /** ENOENT, ENOTTY and EOPNOTSUPP: the file system is not there, or another one is in its place. */
    private static final Set<Integer> NOT_MOUNTED = Set.of(2, 25, 95);

    private final UserKeyrings keyrings;
    private final FscryptKeys fscrypt;

    public FscryptTarget(UserKeyrings keyrings, FscryptKeys fscrypt) {
        this.keyrings = keyrings;
        this.fscrypt = fscrypt;
    }

    @Override
    public TargetType type() {
        return TargetType.FSCRYPT;
    }

    @Override
    public int check(KeySpec spec) {
        Refusal.requireAbsent(spec.description(), "--description", type());
        Opens.requireAbsent(spec, type());
        Path mount = mount(spec);
        Optional<Path> directory = spec.directory().map(text -> FscryptPlace.path("--directory", text));
        if (directory.isPresent() && !directory.get().startsWith(mount)) {
            throw Refusal.argument("--directory", "it has to lie under the mount point " + mount);
        }
        if (way(spec).equals(FscryptPlace.BY_PROVISIONING) && !keyrings.supports(KernelKeyType.FSCRYPT_PROVISIONING)) {
            throw Refusal.notSupported(type(), "this kernel has no fscrypt-provisioning keys");
        }
        int wished = spec.sizeBytes().orElse(MAX_KEY_BYTES);
        Refusal.requireSize(spec, type(), wished, MIN_KEY_BYTES, MAX_KEY_BYTES);
        return spec.generate() ? wished : MAX_KEY_BYTES;
    }

    @Override
    public Material make(KeySpec spec, SecretBuffer secret) {
        Refusal.requireSize(spec, type(), secret.size(), MIN_KEY_BYTES, MAX_KEY_BYTES);
        TreeMap<String, String> attributes = new TreeMap<>();
        attributes.put(FscryptPlace.MOUNT, mount(spec).toString());
        attributes.put(FscryptPlace.WAY, way(spec));
        attributes.put(FscryptPlace.IDENTIFIER, FscryptIdentifier.of(secret).hex());
        spec.directory().ifPresent(directory -> attributes.put(FscryptPlace.DIRECTORY, directory));
        return new Material(attributes, secret.copyOfRange(0, secret.size()), secret.size());
    }

    /** Where the file system is not mounted, a provisioning key alone is delivered, for the time it will be. */
    @Override
    public Delivery deliver(long owner, KeyRecord key, SecretBuffer stored) throws KernelException {
        FscryptPlace place = FscryptPlace.of(key);
        if (!place.provisioning()) {
            finish(owner, place, fscrypt.add(owner, place.mount(), stored));
            return new Delivery(List.of());
        }
        List<Long> serials = provision(owner, place, stored);
        try {
            finish(owner, place, fscrypt.addByProvisioning(owner, place.mount(), stored));
        } catch (KernelException e) {
            if (!NOT_MOUNTED.contains(e.errno())) {
                throw e;
            }
        }
        return new Delivery(serials);
    }

    private void finish(long owner, FscryptPlace place, Bytes identifier) throws KernelException {
        if (!identifier.equals(place.identifier())) {
            throw new KernelException(
                    "ioctl",
                    EINVAL,
                    "the file system at " + place.mount() + " names the key " + identifier + " and not "
                            + place.identifier());
        }
        if (place.directory().isPresent()) {
            fscrypt.encryptDirectory(owner, place.directory().get(), identifier);
        }
    }

    private List<Long> provision(long owner, FscryptPlace place, SecretBuffer raw) throws KernelException {
        try (SecretBuffer payload = FscryptProvisioning.payload(raw)) {
            return KeyringPlace.serials(Optional.of(
                    keyrings.deliver(owner, KernelKeyType.FSCRYPT_PROVISIONING, place.description(), payload, false)));
        }
    }

    @Override
    public TargetState state(long owner, KeyRecord key) throws KernelException {
        FscryptPlace place = FscryptPlace.of(key);
        List<Long> serials = place.provisioning()
                ? KeyringPlace.serials(keyrings.find(owner, KernelKeyType.FSCRYPT_PROVISIONING, place.description())
                        .serial())
                : List.of();
        return new TargetState(inFileSystem(owner, place), serials);
    }

    private KeyState inFileSystem(long owner, FscryptPlace place) {
        try {
            return switch (fscrypt.status(owner, place.mount(), place.identifier())) {
                case PRESENT -> KeyState.DELIVERED;
                case INCOMPLETELY_REMOVED -> KeyState.PARTIAL;
                case ABSENT -> KeyState.LOCKED;
            };
        } catch (KernelException e) {
            return KeyState.UNKNOWN;
        }
    }

    @Override
    public TargetRemoval remove(long owner, KeyRecord key) throws KernelException {
        FscryptPlace place = FscryptPlace.of(key);
        boolean unprovisioned =
                place.provisioning() && keyrings.remove(owner, KernelKeyType.FSCRYPT_PROVISIONING, place.description());
        return switch (removeFromFileSystem(owner, place)) {
            case REMOVED -> KeyringPlace.removal(true);
            case ABSENT -> KeyringPlace.removal(unprovisioned);
            case FILES_BUSY -> busy(filesBusy(owner, place));
            case OTHER_USERS -> busy("another user has added the same key to " + place.mount() + " and keeps it there");
        };
    }

    /** A file system that is not mounted has no keys any more. */
    private FscryptKeys.Removal removeFromFileSystem(long owner, FscryptPlace place) throws KernelException {
        try {
            return fscrypt.remove(owner, place.mount(), place.identifier());
        } catch (KernelException e) {
            if (NOT_MOUNTED.contains(e.errno())) {
                return FscryptKeys.Removal.ABSENT;
            }
            throw e;
        }
    }

    private String filesBusy(long owner, FscryptPlace place) {
        List<String> files = fscrypt.openFiles(owner, place.mount(), place.identifier(), MOST_NAMES);
        String who = files.isEmpty() ? "processes that cannot be seen" : String.join(", ", files);
        return "the key is gone from " + place.mount() + ", but files that are open stay readable: " + who;
    }

    private static TargetRemoval busy(String reason) {
        return new TargetRemoval(TargetRemoval.Result.BUSY, Optional.of(reason), Optional.empty());
    }

    @Override
    public List<String> identifiers(KeyRecord key) {
        return List.of(Attributes.require(key, FscryptPlace.IDENTIFIER));
    }

    @Override
    public Optional<Found> found(long owner, Path directory) throws KernelException {
        FscryptKeys.Policy policy = fscrypt.policy(owner, directory);
        return Optional.of(new Found(policy.key().map(Bytes::hex).map(List::of).orElse(List.of()), policy.directory()));
    }

    @Override
    public String place(long owner, KeyRecord key) {
        String fileSystem = "file system at " + Attributes.require(key, FscryptPlace.MOUNT);
        return FscryptPlace.isProvisioned(key) ? fileSystem + " and " + KeyringPlace.of(owner) : fileSystem;
    }

    private static Path mount(KeySpec spec) {
        return FscryptPlace.path(
                "--mount",
                spec.mount()
                        .orElseThrow(() ->
                                Refusal.argument("--mount", "an fscrypt key needs its file system's mount point")));
    }

    private static String way(KeySpec spec) {
        String way = spec.format().orElse(FscryptPlace.BY_IOCTL);
        if (!way.equals(FscryptPlace.BY_IOCTL) && !way.equals(FscryptPlace.BY_PROVISIONING)) {
            throw Refusal.argument("--format", "an fscrypt key goes in by ioctl or provisioning");
        }
        return way;
    }
}
