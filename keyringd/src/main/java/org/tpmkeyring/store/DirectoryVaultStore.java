// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tpmkeyring.protocol.value.Bytes;

/**
 * Vault files in {@code STATE/vaults/UID/ID.vault}, the generation before in {@code ID.vault.previous}, and what was
 * there when the generation before was put in force again in {@code ID.vault.damaged}.
 *
 * <p>A replacement goes: new file, fsync, the old one gets its second name, rename over the old one, fsync
 * of the directory. Each step leaves a complete vault under the name that is read. A first generation has nothing
 * before it and is written twice, so that it, too, has something to go back to. What a crash leaves
 * behind ends in {@code .new} and is deleted at the next start.
 */
public final class DirectoryVaultStore implements VaultStore {
    private static final System.Logger LOG = System.getLogger(DirectoryVaultStore.class.getName());
    private static final String VAULT = ".vault";
    private static final String PREVIOUS = ".vault.previous";
    private static final String DAMAGED = ".vault.damaged";
    private static final String LEFTOVER = ".new";
    private static final Pattern LEFTOVERS = Pattern.compile(".*\\.new");
    private static final Pattern UID = Pattern.compile("0|[1-9][0-9]{0,9}");
    private static final Pattern VAULT_FILE = Pattern.compile("[0-9a-f]{32}\\.vault");

    private final Path vaults;
    private final TrustedPath trusted;
    private final FileOperations operations;
    private final DirectoryLock lock;
    private final ReadWriteLock turns = new ReentrantReadWriteLock();

    DirectoryVaultStore(Path state, long uid, FileOperations operations) throws StoreException {
        this.vaults = state.resolve("vaults");
        this.trusted = new TrustedPath(uid);
        this.operations = operations;
        makeDirectory(state);
        this.lock = DirectoryLock.take(state);
        try {
            makeDirectory(vaults);
            clearLeftovers();
        } catch (StoreException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Opens a state directory; it and what is missing below it are made, its parent has to exist.
     *
     * @param state path of the directory
     * @param uid the daemon's own, who has to own everything
     * @throws StoreException.InUse when another daemon uses it
     * @throws StoreException.Unsafe when somebody else may write or read in it
     */
    public static DirectoryVaultStore open(Path state, long uid) throws StoreException {
        return new DirectoryVaultStore(state, uid, new RealFileOperations());
    }

    @Override
    public List<Long> owners() throws StoreException {
        return reading(() -> names(vaults, UID).map(Long::valueOf).sorted().toList());
    }

    @Override
    public List<VaultId> list(long owner) throws StoreException {
        return reading(() -> {
            Path directory = directory(owner);
            if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                return List.of();
            }
            trusted.checkDirectory(directory);
            return names(directory, VAULT_FILE)
                    .map(name -> new VaultId(name.substring(0, name.length() - VAULT.length())))
                    .sorted()
                    .toList();
        });
    }

    @Override
    public StoredVault read(long owner, VaultId id) throws StoreException {
        return reading(() -> readCurrent(owner, id));
    }

    @Override
    public void create(long owner, VaultId id, Bytes body) throws StoreException {
        writing(() -> {
            Path directory = directory(owner);
            makeDirectory(directory);
            Path file = directory.resolve(id + VAULT);
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new StoreException.Conflict(file.toString());
            }
            byte[] contents = VaultFileFormat.encode(file.toString(), 1, body);
            Path spare = file(owner, id, PREVIOUS);
            moveIntoPlace(spare, contents, () -> {});
            try {
                moveIntoPlace(file, contents, () -> {});
            } catch (IOException e) {
                discard(spare, e);
                throw e;
            }
        });
    }

    @Override
    public void replace(long owner, VaultId id, long expectedGeneration, Bytes body) throws StoreException {
        writing(() -> {
            Path file = file(owner, id, VAULT);
            if (readCurrent(owner, id).generation() != expectedGeneration) {
                throw new StoreException.Conflict(file.toString());
            }
            byte[] contents = VaultFileFormat.encode(file.toString(), expectedGeneration + 1, body);
            moveIntoPlace(file, contents, () -> keepAs(file, file(owner, id, PREVIOUS)));
        });
    }

    @Override
    public void delete(long owner, VaultId id) throws StoreException {
        writing(() -> {
            Path file = file(owner, id, VAULT);
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new StoreException.Missing(file.toString());
            }
            refuseLaterFormat(owner, id, VAULT);
            refuseLaterFormat(owner, id, PREVIOUS);
            operations.delete(file(owner, id, DAMAGED));
            operations.delete(file(owner, id, PREVIOUS));
            operations.delete(file);
            operations.syncDirectory(directory(owner));
        });
    }

    @Override
    public StoredVault restorePrevious(long owner, VaultId id) throws StoreException {
        turns.writeLock().lock();
        try {
            Path previous = file(owner, id, PREVIOUS);
            Path file = file(owner, id, VAULT);
            refuseLaterFormat(owner, id, VAULT);
            byte[] contents = read(owner, id, PREVIOUS);
            StoredVault restored = VaultFileFormat.decode(previous.toString(), contents);
            moveIntoPlace(file, contents, () -> keepDamaged(owner, id, contents));
            return restored;
        } catch (IOException e) {
            throw TrustedPath.failed(directory(owner), e);
        } finally {
            turns.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.close();
    }

    private StoredVault readCurrent(long owner, VaultId id) throws StoreException {
        trusted.checkDirectory(directory(owner));
        return VaultFileFormat.decode(file(owner, id, VAULT).toString(), read(owner, id, VAULT));
    }

    /** A file of a vault, which may go by the names of its others: a crash leaves one file with two of them. */
    private byte[] read(long owner, VaultId id, String suffix) throws StoreException {
        Path[] others = Stream.of(VAULT, PREVIOUS, DAMAGED)
                .filter(other -> !other.equals(suffix))
                .map(other -> file(owner, id, other))
                .toArray(Path[]::new);
        return trusted.read(file(owner, id, suffix), others);
    }

    /** What a later program wrote is neither deleted nor written over; anything else may be. */
    private void refuseLaterFormat(long owner, VaultId id, String suffix) throws StoreException {
        Path file = file(owner, id, suffix);
        try {
            StoredVault known = VaultFileFormat.decode(file.toString(), read(owner, id, suffix));
            LOG.log(System.Logger.Level.DEBUG, "{0} has generation {1}", file, known.generation());
        } catch (StoreException.TooNew e) {
            throw e;
        } catch (StoreException e) {
            LOG.log(System.Logger.Level.DEBUG, "{0} is not used: {1}", e.path(), e.getMessage());
        }
    }

    /**
     * A file that is given up may still be read by somebody who knows how. One that is the previous generation itself was
     * put there by a restore that did not help: what that one kept stays.
     */
    private void keepDamaged(long owner, VaultId id, byte[] previous) throws IOException {
        Path file = file(owner, id, VAULT);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !holds(owner, id, previous)) {
            keepAs(file, file(owner, id, DAMAGED));
            operations.syncDirectory(file.getParent());
        }
    }

    /** What is not trusted is not read either, and counts as something else. */
    private boolean holds(long owner, VaultId id, byte[] contents) {
        try {
            return Arrays.equals(read(owner, id, VAULT), contents);
        } catch (StoreException e) {
            LOG.log(System.Logger.Level.DEBUG, "{0} is not compared: {1}", e.path(), e.getMessage());
            return false;
        }
    }

    /** Gives the current file its second name; the first stays. */
    private void keepAs(Path file, Path kept) throws IOException {
        Path second = kept.resolveSibling(kept.getFileName() + LEFTOVER);
        operations.delete(second);
        operations.link(file, second);
        operations.rename(second, kept);
        // rename(2) of two names of one file does nothing and leaves both
        operations.delete(second);
    }

    /** Work on files. */
    private interface Step {
        void run() throws IOException;
    }

    /**
     * @param before done once the new file is on the disk whole: a full disk changes nothing
     */
    private void moveIntoPlace(Path file, byte[] contents, Step before) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + LEFTOVER);
        try {
            operations.delete(fresh);
            operations.writeNew(fresh, contents);
            operations.syncFile(fresh);
            before.run();
            operations.rename(fresh, file);
        } catch (IOException e) {
            discard(fresh, e);
            throw e;
        }
        operations.syncDirectory(file.getParent());
    }

    private void discard(Path fresh, IOException cause) {
        try {
            operations.delete(fresh);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void makeDirectory(Path directory) throws StoreException {
        try {
            if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                operations.createDirectory(directory);
                operations.syncDirectory(directory.toAbsolutePath().getParent());
            }
        } catch (IOException e) {
            throw TrustedPath.failed(directory, e);
        }
        trusted.checkDirectory(directory);
    }

    private void clearLeftovers() throws StoreException {
        try {
            for (String owner : names(vaults, UID).toList()) {
                Path directory = vaults.resolve(owner);
                if (isTrusted(directory)) {
                    for (String name : names(directory, LEFTOVERS).toList()) {
                        operations.delete(directory.resolve(name));
                    }
                }
            }
        } catch (IOException e) {
            throw TrustedPath.failed(vaults, e);
        }
    }

    /** One owner's directory that is not trusted is told when it is used; it keeps nobody else from his vaults. */
    private boolean isTrusted(Path directory) throws StoreException {
        try {
            trusted.checkDirectory(directory);
            return true;
        } catch (StoreException.Unsafe e) {
            LOG.log(System.Logger.Level.WARNING, "{0} is not trusted: {1}", e.path(), e.getMessage());
            return false;
        }
    }

    private static Stream<String> names(Path directory, Pattern pattern) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries
                    .map(entry -> entry.getFileName().toString())
                    .filter(name -> pattern.matcher(name).matches())
                    .toList()
                    .stream();
        }
    }

    private Path directory(long owner) {
        return vaults.resolve(Long.toString(owner));
    }

    private Path file(long owner, VaultId id, String suffix) {
        return directory(owner).resolve(id + suffix);
    }

    private interface Reading<T> {
        T run() throws StoreException, IOException;
    }

    private interface Writing {
        void run() throws StoreException, IOException;
    }

    private <T> T reading(Reading<T> work) throws StoreException {
        turns.readLock().lock();
        try {
            return work.run();
        } catch (IOException e) {
            throw TrustedPath.failed(vaults, e);
        } finally {
            turns.readLock().unlock();
        }
    }

    private void writing(Writing work) throws StoreException {
        turns.writeLock().lock();
        try {
            work.run();
        } catch (IOException e) {
            throw TrustedPath.failed(vaults, e);
        } finally {
            turns.writeLock().unlock();
        }
    }
}
