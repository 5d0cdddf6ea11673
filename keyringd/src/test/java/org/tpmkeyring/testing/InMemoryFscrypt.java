// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.testing;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tpmkeyring.kernel.FscryptKeys;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.target.FscryptIdentifier;

/** fscrypt file systems without a kernel: mount points have to be named first. */
public final class InMemoryFscrypt implements FscryptKeys {
    private static final int ENOENT = 2;
    private static final int ENOKEY = 126;
    private static final int EEXIST = 17;

    private final Set<Path> mounts = new HashSet<>();
    private final Map<Path, Map<Bytes, Set<Long>>> claims = new HashMap<>();
    private final Map<Path, Bytes> policies = new HashMap<>();
    private final Set<Bytes> busy = new HashSet<>();
    private final Set<Bytes> incomplete = new HashSet<>();
    private int provisioned;

    /** A file system with encryption appears. */
    public synchronized InMemoryFscrypt mount(Path mount) {
        mounts.add(mount);
        return this;
    }

    /** It goes away, and its keys with it. */
    public synchronized void unmount(Path mount) {
        mounts.remove(mount);
        claims.remove(mount);
    }

    /** From now on files under this key are open. */
    public synchronized void keepBusy(Bytes identifier) {
        busy.add(identifier);
    }

    /** Files under this key are open no longer. */
    public synchronized void closeFiles(Bytes identifier) {
        busy.remove(identifier);
    }

    /** The key of a directory's policy, or null. */
    public synchronized Bytes policyOf(Path directory) {
        return policies.get(directory);
    }

    /** How often a key came by way of a provisioning key. */
    public synchronized int provisioned() {
        return provisioned;
    }

    @Override
    public synchronized Bytes add(long uid, Path mount, SecretBuffer raw) throws KernelException {
        requireMounted(mount);
        Bytes identifier = FscryptIdentifier.of(raw);
        incomplete.remove(identifier);
        claims.computeIfAbsent(mount, m -> new HashMap<>())
                .computeIfAbsent(identifier, i -> new TreeSet<>())
                .add(uid);
        return identifier;
    }

    @Override
    public synchronized Bytes addByProvisioning(long uid, Path mount, SecretBuffer raw) throws KernelException {
        Bytes identifier = add(uid, mount, raw);
        provisioned++;
        return identifier;
    }

    @Override
    public synchronized Removal remove(long uid, Path mount, Bytes identifier) throws KernelException {
        requireMounted(mount);
        Set<Long> claimants = claims.getOrDefault(mount, Map.of()).getOrDefault(identifier, new TreeSet<>());
        if (!claimants.remove(uid) && !incomplete.remove(identifier)) {
            return Removal.ABSENT;
        }
        if (!claimants.isEmpty()) {
            return Removal.OTHER_USERS;
        }
        claims.get(mount).remove(identifier);
        if (busy.contains(identifier)) {
            incomplete.add(identifier);
            return Removal.FILES_BUSY;
        }
        return Removal.REMOVED;
    }

    @Override
    public synchronized Status status(long uid, Path mount, Bytes identifier) throws KernelException {
        requireMounted(mount);
        if (incomplete.contains(identifier)) {
            return Status.INCOMPLETELY_REMOVED;
        }
        return claims.getOrDefault(mount, Map.of()).containsKey(identifier) ? Status.PRESENT : Status.ABSENT;
    }

    @Override
    public synchronized void encryptDirectory(long uid, Path directory, Bytes identifier) throws KernelException {
        if (claims.values().stream().noneMatch(keys -> keys.containsKey(identifier))) {
            throw new KernelException("ioctl", ENOKEY, "the key is not in the file system (ENOKEY)");
        }
        if (!identifier.equals(policies.getOrDefault(directory, identifier))) {
            throw new KernelException("ioctl", EEXIST, directory + " is encrypted with another key (EEXIST)");
        }
        policies.put(directory, identifier);
    }

    @Override
    public synchronized Policy policy(long uid, Path directory) {
        return new Policy(Optional.ofNullable(policies.get(directory)), identity(directory));
    }

    @Override
    public synchronized List<String> openFiles(long uid, Path mount, Bytes identifier, int limit) {
        return busy.contains(identifier) && limit > 0 ? List.of("less (pid 1): " + mount + "/file") : List.of();
    }

    /** What stands for device and inode of a directory. */
    public static String identity(Path directory) {
        return "1:" + directory.hashCode();
    }

    private void requireMounted(Path mount) throws KernelException {
        if (!mounts.contains(mount)) {
            throw new KernelException("open", ENOENT, mount + " does not exist (ENOENT)");
        }
    }
}
