// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.systemd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.audit.AuditEvent;
import org.tpmkeyring.audit.AuditField;
import org.tpmkeyring.audit.AuditKind;
import org.tpmkeyring.testing.Requires;

/** Against a journal of a few lines of Python, which reads the protocol as its documentation has it. */
@Timeout(30)
final class JournalTrailIT {
    private static final String JOURNAL = """
            import socket, struct, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.bind(sys.argv[1])
            print("bound", flush=True)
            rest = s.recv(300000)
            while rest:
                line, _, rest = rest.partition(b"\\n")
                name, equals, value = line.partition(b"=")
                if not equals:
                    size = struct.unpack("<Q", rest[:8])[0]
                    value, end, rest = rest[8:8 + size], rest[8 + size:9 + size], rest[9 + size:]
                    assert end == b"\\n"
                print(name.decode(), len(value), value[:200].decode().replace("\\n", "|"), flush=True)
            """;

    private static void assertArrives(Path socket, AuditEvent event, String... fields) throws IOException {
        Requires.command("python3");
        Process journal = new ProcessBuilder("python3", "-c", JOURNAL, socket.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader said = journal.inputReader(UTF_8)) {
            assertThat(said.readLine()).isEqualTo("bound");
            new JournalTrail(Optional.of(socket)).tell(event);
            assertThat(said.lines()).containsExactly(fields);
        } finally {
            journal.destroy();
        }
    }

    @Test
    void anEventArrivesWithItsFields(@TempDir Path directory) throws IOException {
        AuditEvent event = AuditEvent.of(AuditKind.REFUSED, "uid 0 (pid 1) Unlock: refused")
                .with(AuditField.PCRS, "4,7")
                .with(AuditField.UID, 0)
                .with(AuditField.VAULT, "caf\u00e9")
                .with(AuditField.KEY, "");
        assertArrives(
                directory.resolve("j"),
                event,
                "MESSAGE 29 uid 0 (pid 1) Unlock: refused",
                "PRIORITY 1 5",
                "SYSLOG_IDENTIFIER 8 keyringd",
                "MESSAGE_ID 32 " + AuditKind.REFUSED.messageId(),
                "TPM_KEYRING_VAULT 5 caf\u00e9",
                "TPM_KEYRING_UID 1 0",
                "TPM_KEYRING_PCRS 3 4,7");
    }

    @Test
    void aValueWithLineEndsForgesNoFieldAndALongOneIsCut(@TempDir Path directory) throws IOException {
        AuditEvent event = AuditEvent.of(AuditKind.ALARM, "volume\nPRIORITY=7\nswapped")
                .with(AuditField.METHOD, "x".repeat(100_000));
        assertArrives(
                directory.resolve("j"),
                event,
                "MESSAGE 25 volume|PRIORITY=7|swapped",
                "PRIORITY 1 1",
                "SYSLOG_IDENTIFIER 8 keyringd",
                "MESSAGE_ID 32 " + AuditKind.ALARM.messageId(),
                "TPM_KEYRING_METHOD 32768 " + "x".repeat(200));
    }
}
