// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;
import jnr.unixsocket.UnixSocketOptions;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.server.binding.SocketCalls;

/** A socket that the daemon binds itself, as in development and in tests: it takes the name away again, too. */
final class BoundSocket implements ListeningSocket {
    /** Everybody may connect; who may do what is decided by uid. */
    static final String EVERYBODY = "rw-rw-rw-";

    static final String OWNER = "rw-------";

    /** sun_path has 108 bytes; one is for the ending NUL that other programs need. */
    private static final int MAX_PATH_BYTES = 107;

    private static final int FILE_TYPE_MASK = 0170000;
    private static final int FILE_TYPE_SOCKET = 0140000;
    private static final int PROBE_MILLIS = 1000;

    private final Path path;
    private final UnixServerSocketChannel channel;
    private final Object inode;

    private BoundSocket(Path path, UnixServerSocketChannel channel, Object inode) {
        this.path = path;
        this.channel = channel;
        this.inode = inode;
    }

    /**
     * Binds and listens.
     *
     * @param permissions of the socket
     * @throws KeyringException BAD_ARGUMENT when the path cannot be used, EXISTS when somebody listens there
     */
    static BoundSocket bind(Path path, String permissions) {
        check(path);
        UnixServerSocketChannel channel = null;
        try {
            replaceStale(path);
            channel = UnixServerSocketChannel.open();
            channel.socket().bind(new UnixSocketAddress(path.toString()));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
            return new BoundSocket(path, channel, inode(path));
        } catch (IOException e) {
            closeQuietly(channel);
            throw refusal(path, "it cannot be bound: " + e.getMessage());
        }
    }

    private static void check(Path path) {
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_PATH_BYTES) {
            throw refusal(path, "it has " + length + " bytes, a socket's path has at most " + MAX_PATH_BYTES);
        }
        if (length != path.toString().length()) {
            throw refusal(path, "a socket's path has ASCII characters only");
        }
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw refusal(path, "there is no directory " + directory);
        }
    }

    /** A daemon that was killed leaves its socket behind: nobody accepts there any more. */
    private static void replaceStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & FILE_TYPE_MASK) != FILE_TYPE_SOCKET) {
            throw refusal(path, "something else than a socket is there");
        }
        if (isLive(path)) {
            throw KeyringException.of(ErrorKind.EXISTS)
                    .with("what", "a daemon that listens at")
                    .with("name", path)
                    .with("hint", "tpm-keyring status --socket=" + path)
                    .build();
        }
        Files.delete(path);
    }

    private static boolean isLive(Path path) throws IOException {
        try (UnixSocketChannel probe = UnixSocketChannel.open()) {
            probe.setOption(UnixSocketOptions.SO_SNDTIMEO, PROBE_MILLIS);
            return connects(probe, path);
        }
    }

    /** A connect that would have to wait is not refused either: the queue of a live socket is full. */
    private static boolean connects(UnixSocketChannel probe, Path path) {
        try {
            probe.connect(new UnixSocketAddress(path.toString()));
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static Object inode(Path path) throws IOException {
        return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public String place() {
        return path.toString();
    }

    @Override
    public UnixSocketChannel accept() throws IOException {
        return channel.accept();
    }

    /** The name goes, so that nobody finds the socket any more; not one that a successor has bound. */
    @Override
    public void withdraw() throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && inode.equals(inode(path))) {
            Files.delete(path);
        }
    }

    @Override
    public void wake() {
        SocketCalls.shutDown(channel.getFD(), SocketCalls.SHUT_RD);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static void closeQuietly(UnixServerSocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            System.getLogger(BoundSocket.class.getName()).log(System.Logger.Level.DEBUG, "close failed", e);
        }
    }

    private static KeyringException refusal(Path path, String reason) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", "socket " + path)
                .with("reason", reason)
                .with("hint", "ls -ld " + path)
                .build();
    }
}
