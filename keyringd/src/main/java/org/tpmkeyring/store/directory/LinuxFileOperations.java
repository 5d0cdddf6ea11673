// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tpmkeyring.store.directory.binding.ErrnoException;
import org.tpmkeyring.store.directory.binding.FileCalls;

/** The real thing. {@code java.nio} is not used because it cannot ask an open file what it is. */
final class LinuxFileOperations implements FileOperations {
    private static final System.Logger LOG = System.getLogger(LinuxFileOperations.class.getName());
    private static final int DIRECTORY_FLAGS =
            FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW | FileCalls.O_CLOEXEC;
    private static final int FILE_FLAGS =
            FileCalls.O_NOFOLLOW | FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY | FileCalls.O_CLOEXEC;
    private static final int FILE_MODE = 0600;
    private static final int DIRECTORY_MODE = 0700;
    private static final int CHUNK_BYTES = 64 * 1024;
    /** Offset of the name in {@code struct linux_dirent64}, getdents64(2). */
    private static final int ENTRY_NAME = 19;

    private static final int ENTRY_LENGTH = 16;

    /** A system call that a signal may interrupt. */
    private interface Call<T> {
        T run() throws ErrnoException;
    }

    private static <T> T uninterrupted(Call<T> call) throws ErrnoException {
        while (true) {
            try {
                return call.run();
            } catch (ErrnoException e) {
                if (e.errno() != ErrnoException.EINTR) {
                    throw e;
                }
            }
        }
    }

    @Override
    public int openDirectory(String path) throws ErrnoException {
        return openDirectory(FileCalls.AT_FDCWD, path);
    }

    @Override
    public int openDirectory(int parent, String name) throws ErrnoException {
        return open(parent, name, DIRECTORY_FLAGS);
    }

    @Override
    public int openForReading(int directory, String name) throws ErrnoException {
        return open(directory, name, FILE_FLAGS | FileCalls.O_RDONLY);
    }

    @Override
    public int createNew(int directory, String name) throws ErrnoException {
        return open(directory, name, FILE_FLAGS | FileCalls.O_WRONLY | FileCalls.O_CREAT | FileCalls.O_EXCL);
    }

    @Override
    public int openOrCreate(int directory, String name) throws ErrnoException {
        return open(directory, name, FILE_FLAGS | FileCalls.O_RDWR | FileCalls.O_CREAT);
    }

    private static int open(int directory, String name, int flags) throws ErrnoException {
        return uninterrupted(() -> FileCalls.openat(directory, name, flags, FILE_MODE));
    }

    /** A close that fails has closed all the same (close(2)), and what matters was synced before. */
    @Override
    public void close(int file) {
        try {
            FileCalls.close(file);
        } catch (ErrnoException e) {
            LOG.log(System.Logger.Level.WARNING, "closing a file of the state directory: {0}", e.getMessage());
        }
    }

    @Override
    public FileStatus status(int file) throws ErrnoException {
        return FileStatus.ofStatx(FileCalls.status(file));
    }

    @Override
    public byte[] read(int file, int limitBytes) throws ErrnoException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        while (content.size() < limitBytes) {
            byte[] chunk = new byte[Math.min(CHUNK_BYTES, limitBytes - content.size())];
            int length = uninterrupted(() -> FileCalls.read(file, chunk));
            if (length == 0) {
                break;
            }
            content.write(chunk, 0, length);
        }
        return content.toByteArray();
    }

    @Override
    public void write(int file, byte[] content) throws ErrnoException {
        for (int done = 0; done < content.length; ) {
            byte[] rest = Arrays.copyOfRange(content, done, content.length);
            done += uninterrupted(() -> FileCalls.write(file, rest));
        }
    }

    @Override
    public void sync(int file) throws ErrnoException {
        FileCalls.fsync(file);
    }

    @Override
    public void makeDirectory(String path) throws ErrnoException {
        makeDirectory(FileCalls.AT_FDCWD, path);
    }

    @Override
    public void makeDirectory(int parent, String name) throws ErrnoException {
        FileCalls.mkdirat(parent, name, DIRECTORY_MODE);
    }

    @Override
    public void link(int directory, String from, String to) throws ErrnoException {
        FileCalls.linkat(directory, from, to);
    }

    @Override
    public void rename(int directory, String from, String to) throws ErrnoException {
        FileCalls.renameat(directory, from, to);
    }

    @Override
    public void remove(int directory, String name) throws ErrnoException {
        FileCalls.unlinkat(directory, name);
    }

    @Override
    public List<String> names(int directory) throws ErrnoException {
        List<String> names = new ArrayList<>();
        int fresh = openDirectory(directory, ".");
        try {
            byte[] entries = new byte[CHUNK_BYTES];
            int length;
            while ((length = FileCalls.getdents(fresh, entries)) > 0) {
                collectNames(entries, length, names);
            }
        } finally {
            close(fresh);
        }
        return names;
    }

    private static void collectNames(byte[] entries, int length, List<String> names) {
        ByteBuffer fields = ByteBuffer.wrap(entries).order(ByteOrder.nativeOrder());
        for (int at = 0; at < length; at += Short.toUnsignedInt(fields.getShort(at + ENTRY_LENGTH))) {
            int start = at + ENTRY_NAME;
            int end = start;
            while (entries[end] != 0) {
                end++;
            }
            String name = new String(entries, start, end - start, StandardCharsets.UTF_8);
            if (!name.equals(".") && !name.equals("..")) {
                names.add(name);
            }
        }
    }

    @Override
    public boolean tryLock(int file) throws ErrnoException {
        try {
            FileCalls.flock(file);
            return true;
        } catch (ErrnoException e) {
            if (e.errno() == ErrnoException.EWOULDBLOCK) {
                return false;
            }
            throw e;
        }
    }
}
