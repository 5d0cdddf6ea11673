// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.cli.testing.FakeDaemon;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.wire.ReplyMessage;

class ServiceUnitsTest {
    private static final Path DEFAULT = Path.of(DaemonSocket.DEFAULT);
    private static final String JOURNAL = "sudo journalctl -u keyringd";

    @TempDir
    Path root;

    private ServiceUnits units;

    @BeforeEach
    void examine() {
        units = new ServiceUnits(root);
    }

    private void boot() throws IOException {
        Files.createDirectories(root.resolve("run/systemd/system"));
    }

    private Path install(String directory, String unit) throws IOException {
        Files.createDirectories(root.resolve(directory));
        return Files.writeString(root.resolve(directory).resolve(unit), "[Unit]\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"usr/lib/systemd/system", "lib/systemd/system", "etc/systemd/system"})
    void whereSystemdHasTheUnitsItStartsThem(String directory) throws IOException {
        boot();
        install(directory, "keyringd.socket");
        assertThat(units.start(DEFAULT)).contains("sudo systemctl start keyringd.socket");
        assertThat(units.log()).contains(JOURNAL);
    }

    @Test
    void aDaemonAtAnotherSocketIsNoneOfSystemds() throws IOException {
        boot();
        install("usr/lib/systemd/system", "keyringd.socket");
        assertThat(units.start(Path.of("/run/other"))).isEmpty();
    }

    @Test
    void withoutSystemdOrWithoutTheUnitsNothingIsSaid() throws IOException {
        install("usr/lib/systemd/system", "keyringd.socket");
        assertThat(units.start(DEFAULT)).isEmpty();
        assertThat(units.log()).isEmpty();
        Files.delete(root.resolve("usr/lib/systemd/system/keyringd.socket"));
        boot();
        assertThat(units.start(DEFAULT)).isEmpty();
        assertThat(units.log()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"keyringd.socket", "keyringd.service"})
    void aMaskedUnitHasToBeUnmasked(String unit) throws IOException {
        boot();
        install("usr/lib/systemd/system", "keyringd.socket");
        Files.createDirectories(root.resolve("etc/systemd/system"));
        Files.createSymbolicLink(root.resolve("etc/systemd/system").resolve(unit), Path.of("/dev/null"));
        assertThat(units.start(DEFAULT)).contains("sudo systemctl unmask keyringd.socket keyringd.service");
    }

    @Test
    void theHintsAreThoseOfARefusal() throws IOException {
        boot();
        install("usr/lib/systemd/system", "keyringd.socket");
        Path socket = Files.exists(DEFAULT) ? root.resolve("s") : DEFAULT;
        String start = units.start(socket).orElse("sudo keyringd --socket=" + socket);
        assertThat(Unreachable.because(socket, units, new NoSuchFileException(""))
                        .hint())
                .isEqualTo(start);
        assertThat(Unreachable.lost(DEFAULT, units, new EOFException()).hint()).isEqualTo(JOURNAL);
        Path file = Files.writeString(root.resolve("file"), "");
        assertThat(Unreachable.because(file, units, new IOException("")).hint()).isEqualTo("ls -ld " + file);
    }

    @Test
    void aFailureOfTheDaemonIsToldByItsLog() throws Exception {
        boot();
        install("usr/lib/systemd/system", "keyringd.socket");
        Map<String, Object> told = Map.of("message", "m", "hint", "tpm-keyring doctor", "detail", "id 1");
        try (FakeDaemon daemon = FakeDaemon.at(
                root.resolve("s"), (call, exchange) -> ReplyMessage.failure(ErrorKind.UNEXPECTED.wireName(), told))) {
            DaemonClient client =
                    new DaemonClient(daemon.socket(), Waiting.SILENT, Duration.ofSeconds(20), units, Patience.real());
            assertThatThrownBy(() -> client.call(Status.METHOD, new Status.Request(Optional.empty())))
                    .isInstanceOfSatisfying(
                            KeyringException.class, e -> assertThat(e.hint()).isEqualTo(JOURNAL));
        }
    }
}
