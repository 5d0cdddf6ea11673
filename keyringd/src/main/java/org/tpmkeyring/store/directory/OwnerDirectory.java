// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory;

import java.util.List;
import org.tpmkeyring.store.StoreException;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.store.directory.binding.ErrnoException;

/** One owner's directory, open: reads whole files and replaces them so that a crash leaves the old or the new. */
final class OwnerDirectory implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OwnerDirectory.class.getName());

    private final FileOperations operations;
    private final Trust trust;
    private final int directory;
    private final String path;

    /** Takes over the open directory. */
    OwnerDirectory(FileOperations operations, Trust trust, int directory, String path) {
        this.operations = operations;
        this.trust = trust;
        this.directory = directory;
        this.path = path;
    }

    String path(String name) {
        return path + "/" + name;
    }

    List<String> names() throws StoreException {
        try {
            return operations.names(directory);
        } catch (ErrnoException e) {
            throw Trust.failed(path, e);
        }
    }

    /**
     * The whole contents of a file that nobody else can have written.
     *
     * @throws StoreException.Missing when there is no such file
     * @throws StoreException.Unsafe when it is not what {@link Trust} asks for
     */
    byte[] read(String name) throws StoreException {
        try {
            int file = operations.openForReading(directory, name);
            try {
                trust.requireFile(path(name), operations.status(file));
                return operations.read(file, VaultFileFormat.MAX_FILE_BYTES + 1);
            } finally {
                operations.close(file);
            }
        } catch (ErrnoException e) {
            throw Trust.explain(path(name), e);
        }
    }

    /**
     * Puts a new file in the place of the current one, if there is one. The rename is the moment at which the
     * old state becomes the new one; the name for the old file moves afterwards, so that until then the
     * generation before it is still there.
     *
     * @param content of the new file
     * @param keepOldAs name that the current file gets; empty when there is no current file
     */
    void install(VaultId id, byte[] content, String keepOldAs) throws StoreException {
        String current = FileNames.current(id);
        if (content.length > VaultFileFormat.MAX_FILE_BYTES) {
            throw new StoreException.Failed(
                    path(current),
                    "a vault of " + content.length + " bytes is too large, the limit is "
                            + VaultFileFormat.MAX_FILE_BYTES,
                    null);
        }
        boolean keep = !keepOldAs.isEmpty();
        try {
            prepare(id, content, keep);
            operations.rename(directory, FileNames.fresh(id), current);
        } catch (ErrnoException e) {
            clear(FileNames.fresh(id));
            clear(FileNames.kept(id));
            throw Trust.failed(path(current), e);
        }
        if (keep) {
            moveOld(FileNames.kept(id), keepOldAs);
        }
        sync();
    }

    private void prepare(VaultId id, byte[] content, boolean keep) throws ErrnoException {
        clear(FileNames.fresh(id));
        clear(FileNames.kept(id));
        int file = operations.createNew(directory, FileNames.fresh(id));
        try {
            operations.write(file, content);
            operations.sync(file);
        } finally {
            operations.close(file);
        }
        if (keep) {
            operations.link(directory, FileNames.current(id), FileNames.kept(id));
        }
    }

    /** The new generation is in force already, so a failure here is no reason to call the whole a failure. */
    private void moveOld(String kept, String target) {
        try {
            operations.rename(directory, kept, target);
        } catch (ErrnoException e) {
            LOG.log(System.Logger.Level.WARNING, "{0} is not kept: {1}", path(target), e.getMessage());
            clear(kept);
        }
    }

    /** Removes a name that may not be there. */
    void remove(String name) throws StoreException {
        try {
            operations.remove(directory, name);
        } catch (ErrnoException e) {
            if (e.errno() != ErrnoException.ENOENT) {
                throw Trust.failed(path(name), e);
            }
        }
    }

    /** Removes a name that is not needed, as well as it goes. */
    void clear(String name) {
        try {
            remove(name);
        } catch (StoreException e) {
            LOG.log(System.Logger.Level.WARNING, "{0} is left over: {1}", e.path(), e.getMessage());
        }
    }

    /** Returns once names that came, went and moved are on the disk. */
    void sync() throws StoreException {
        try {
            operations.sync(directory);
        } catch (ErrnoException e) {
            throw Trust.failed(path, e);
        }
    }

    @Override
    public void close() {
        operations.close(directory);
    }
}
