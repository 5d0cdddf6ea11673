// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.cli.testing.FakeDaemon;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.ShowSecret;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;
import org.tpmkeyring.testing.Requires;

/** A socket of somebody else's gets no secret. Needs root, to give a file away. */
class PeerCheckIT {
    @TempDir
    Path directory;

    @Test
    void noSecretGoesToASocketThatBelongsToSomebodyElse() throws Exception {
        Requires.root();
        Path socket = directory.resolve("s");
        try (FakeDaemon daemon = FakeDaemon.at(
                socket, (call, exchange) -> ReplyMessage.success(RecordCodec.toTree(new ListKeys.Reply(List.of()))))) {
            Files.setAttribute(socket, "unix:uid", 65_534);
            DaemonClient client = new DaemonClient(
                    socket, Waiting.SILENT, Duration.ofSeconds(10), new ServiceUnits(directory), Patience.real());
            assertThatThrownBy(() -> client.call(ShowSecret.METHOD, new ShowSecret.Request(Optional.empty(), "home")))
                    .hasMessageContaining("the socket belongs to uid 65534")
                    .hasMessageContaining("no secret is exchanged with it");
            assertThat(daemon.calls()).as("nothing was sent").isEmpty();
            client.call(ListKeys.METHOD, new ListKeys.Request(Optional.empty(), false, Optional.empty()));
            assertThat(daemon.calls()).as("without secrets it may be asked").hasSize(1);
        }
    }
}
