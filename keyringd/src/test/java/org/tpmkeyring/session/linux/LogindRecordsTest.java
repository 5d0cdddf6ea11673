// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.session.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as systemd 252 and 257 write them. */
final class LogindRecordsTest {
    @TempDir
    private Path root;

    private LogindRecords logins;

    @BeforeEach
    void begin() throws IOException {
        write("run/systemd/sessions/3", """
                # This is private data. Do not parse.
                UID=1000
                USER=alice
                ACTIVE=1
                STATE=active
                LEADER=812
                SERVICE=sshd
                """);
        write("run/systemd/sessions/c1", "UID=1000\nSTATE=closing\nLEADER=900\n");
        write("run/systemd/users/1000", "# comment\nNAME=alice\nSTATE=active\n");
        write("run/systemd/users/1001", "NAME=../../passwd\nSTATE=active\n");
        logins = LogindRecords.in(root);
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void aSessionIsFoundByItsOwnerAndLeader() {
        assertThat(logins.available()).isTrue();
        assertThat(logins.ledBy(1000, 812)).contains("3");
        assertThat(logins.ledBy(1001, 812)).isEmpty();
        assertThat(logins.ledBy(1000, 813)).isEmpty();
    }

    @Test
    void aSessionIsOpenUntilItIsClosingOrGone() throws IOException {
        assertThat(logins.isOpen("3")).isTrue();
        assertThat(logins.isOpen("c1")).isFalse();
        Files.delete(root.resolve("run/systemd/sessions/3"));
        assertThat(logins.isOpen("3")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../users/1000", "3/", "a b"})
    void whatIsNoIdIsNoSession(String id) {
        assertThat(logins.isOpen(id)).isFalse();
    }

    @Test
    void whoLingersHasAFileOfHisName() throws IOException {
        assertThat(logins.lingers(1000)).isFalse();
        write("var/lib/systemd/linger/alice", "");
        write("var/lib/passwd", "");
        assertThat(logins.lingers(1000)).isTrue();
        assertThat(logins.lingers(1001)).isFalse();
        assertThat(logins.lingers(1002)).isFalse();
    }

    @Test
    void withoutLogindNobodyHasASession(@TempDir Path empty) {
        LogindRecords none = LogindRecords.in(empty);
        assertThat(none.available()).isFalse();
        assertThat(none.ledBy(1000, 812)).isEmpty();
        assertThat(none.isOpen("3")).isFalse();
        assertThat(none.lingers(1000)).isFalse();
    }
}
