// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.tpmkeyring.protocol.value.Bytes;

/**
 * A record in a directory below {@code /run}, which the daemon's socket lies in as well: anybody may enter it, only
 * the daemon may write in it.
 */
public final class RuntimeRecordFile implements RuntimeRecord {
    private final Path directory;
    private final Path file;
    private final TrustedPath trusted;
    private final FileOperations operations;

    RuntimeRecordFile(Path directory, String name, long uid, FileOperations operations) {
        this.directory = directory;
        this.file = directory.resolve(name);
        this.trusted = new TrustedPath(uid);
        this.operations = operations;
    }

    /**
     * Touches nothing yet.
     *
     * @param directory made at the first write when it is missing; its parent has to exist
     * @param uid the daemon's own, who has to own both
     */
    public static RuntimeRecordFile in(Path directory, String name, long uid) {
        return new RuntimeRecordFile(directory, name, uid, new RealFileOperations());
    }

    @Override
    public String path() {
        return file.toString();
    }

    @Override
    public Optional<Bytes> read() throws StoreException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        trusted.checkSharedDirectory(directory);
        try {
            return Optional.of(Bytes.copyOf(trusted.read(file)));
        } catch (StoreException.Missing e) {
            return Optional.empty();
        }
    }

    @Override
    public void write(Bytes contents) throws StoreException {
        Path fresh = directory.resolve(file.getFileName() + ".new");
        try {
            if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                operations.createDirectory(directory);
            }
            trusted.checkSharedDirectory(directory);
            operations.delete(fresh);
            operations.writeNew(fresh, contents.toArray());
            operations.syncFile(fresh);
            operations.rename(fresh, file);
            operations.syncDirectory(directory);
        } catch (IOException e) {
            throw TrustedPath.failed(file, e);
        }
    }

    @Override
    public void delete() throws StoreException {
        try {
            operations.delete(file);
        } catch (IOException e) {
            throw TrustedPath.failed(file, e);
        }
    }
}
