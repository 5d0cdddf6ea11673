// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.systemd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import jnr.unixsocket.UnixDatagramChannel;
import jnr.unixsocket.UnixSocketAddress;
import org.tpmkeyring.audit.AuditEvent;
import org.tpmkeyring.audit.AuditTrail;

/**
 * Tells events to the journal, with their fields; and as a line on standard error where that is not the journal's,
 * or where the journal does not take them at once.
 */
public final class JournalTrail implements AuditTrail {
    private static final System.Logger LOG = System.getLogger(JournalTrail.class.getName());
    private static final Path SOCKET = Path.of("/run/systemd/journal/socket");
    private static final String IDENTIFIER = "keyringd";

    /** Tests that play the journal set this to the path of their socket. */
    private static final String SOCKET_PROPERTY = "tpmkeyring.journal";

    private final Optional<UnixSocketAddress> journal;

    JournalTrail(Optional<Path> journal) {
        this.journal = journal.map(path -> new UnixSocketAddress(path.toString()));
    }

    /** The journal's, if standard error goes there: then somebody reads it there and not here. */
    public static JournalTrail ofThisProcess() {
        Optional<Path> chosen =
                Optional.ofNullable(System.getProperty(SOCKET_PROPERTY)).map(Path::of);
        Optional<Path> own = StandardError.PROCESS.isJournal() ? Optional.of(SOCKET) : Optional.empty();
        return new JournalTrail(chosen.or(() -> own));
    }

    @Override
    public void tell(AuditEvent event) {
        if (LOG.isLoggable(event.kind().level()) && !sent(event)) {
            LOG.log(event.kind().level(), "{0}", event.message());
        }
    }

    /** Sends without waiting: a journal that hangs must not make requests hang. */
    private boolean sent(AuditEvent event) {
        if (journal.isEmpty()) {
            return false;
        }
        ByteBuffer entry = ByteBuffer.wrap(entry(event));
        try (UnixDatagramChannel channel = UnixDatagramChannel.open()) {
            channel.configureBlocking(false);
            return channel.send(entry, journal.get()) > 0;
        } catch (IOException e) {
            return false;
        }
    }

    static byte[] entry(AuditEvent event) {
        JournalEntry entry = new JournalEntry()
                .field("MESSAGE", event.message())
                .field("PRIORITY", String.valueOf(event.kind().priority()))
                .field("SYSLOG_IDENTIFIER", IDENTIFIER)
                .field("MESSAGE_ID", event.kind().messageId());
        event.fields().forEach((field, value) -> entry.field("TPM_KEYRING_" + field.name(), value));
        return entry.toBytes();
    }
}
