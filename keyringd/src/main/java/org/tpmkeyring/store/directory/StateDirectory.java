// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory;

import java.util.List;
import org.tpmkeyring.store.StoreException;
import org.tpmkeyring.store.directory.binding.ErrnoException;

/**
 * The open state directory and the directories below it, each checked after it was opened. Holds the lock that
 * keeps other daemons out.
 */
final class StateDirectory implements AutoCloseable {
    private static final int NONE = -1;

    private final FileOperations operations;
    private final Trust trust;
    private final String path;
    private int state = NONE;
    private int lock = NONE;
    private int vaults = NONE;

    private StateDirectory(FileOperations operations, Trust trust, String path) {
        this.operations = operations;
        this.trust = trust;
        this.path = path;
    }

    /**
     * Opens, and makes what is not there.
     *
     * @throws StoreException.InUse when somebody else has it open
     * @throws StoreException.Unsafe when a directory or the lock file is not this user's alone
     */
    static StateDirectory open(FileOperations operations, Trust trust, String path) throws StoreException {
        StateDirectory opened = new StateDirectory(operations, trust, path);
        boolean whole = false;
        try {
            opened.openAll();
            whole = true;
            return opened;
        } catch (ErrnoException e) {
            throw Trust.explain(path, e);
        } finally {
            if (!whole) {
                opened.close();
            }
        }
    }

    private void openAll() throws StoreException, ErrnoException {
        makeUnlessThere(() -> operations.makeDirectory(path));
        state = operations.openDirectory(path);
        trust.requireDirectory(path, operations.status(state));
        lock = operations.openOrCreate(state, FileNames.LOCK);
        trust.requireFile(path + "/" + FileNames.LOCK, operations.status(lock));
        if (!operations.tryLock(lock)) {
            throw new StoreException.InUse(path);
        }
        vaults = ensureDirectory(state, FileNames.VAULTS, vaultsPath());
    }

    private String vaultsPath() {
        return path + "/" + FileNames.VAULTS;
    }

    /** Path of an owner's directory, for messages. */
    String ownerPath(long owner) {
        return vaultsPath() + "/" + owner;
    }

    /** Names of entries that may be owners' directories. */
    List<String> ownerNames() throws StoreException {
        try {
            return operations.names(vaults);
        } catch (ErrnoException e) {
            throw Trust.failed(vaultsPath(), e);
        }
    }

    /**
     * Opens an owner's directory.
     *
     * @throws StoreException.Missing when there is none
     */
    OwnerDirectory owner(long owner) throws StoreException {
        try {
            int directory = openTrusted(vaults, String.valueOf(owner), ownerPath(owner));
            return new OwnerDirectory(operations, trust, directory, ownerPath(owner));
        } catch (ErrnoException e) {
            throw Trust.explain(ownerPath(owner), e);
        }
    }

    /** The same, making it when there is none. */
    OwnerDirectory ownerOrNew(long owner) throws StoreException {
        try {
            int directory = ensureDirectory(vaults, String.valueOf(owner), ownerPath(owner));
            return new OwnerDirectory(operations, trust, directory, ownerPath(owner));
        } catch (ErrnoException e) {
            throw Trust.explain(ownerPath(owner), e);
        }
    }

    private int ensureDirectory(int parent, String name, String fullPath) throws StoreException, ErrnoException {
        if (makeUnlessThere(() -> operations.makeDirectory(parent, name))) {
            operations.sync(parent);
        }
        return openTrusted(parent, name, fullPath);
    }

    private int openTrusted(int parent, String name, String fullPath) throws StoreException, ErrnoException {
        int directory = operations.openDirectory(parent, name);
        boolean trusted = false;
        try {
            trust.requireDirectory(fullPath, operations.status(directory));
            trusted = true;
            return directory;
        } finally {
            if (!trusted) {
                operations.close(directory);
            }
        }
    }

    /** Makes one directory. */
    private interface Make {
        void run() throws ErrnoException;
    }

    private static boolean makeUnlessThere(Make make) throws ErrnoException {
        try {
            make.run();
            return true;
        } catch (ErrnoException e) {
            if (e.errno() == ErrnoException.EEXIST) {
                return false;
            }
            throw e;
        }
    }

    /** Whether it was not closed yet. */
    boolean isOpen() {
        return state != NONE;
    }

    @Override
    public void close() {
        for (int file : new int[] {vaults, lock, state}) {
            if (file != NONE) {
                operations.close(file);
            }
        }
        vaults = NONE;
        lock = NONE;
        state = NONE;
    }
}
