// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.cli.testing.FakeDaemon;
import org.tpmkeyring.cli.testing.Samples;
import org.tpmkeyring.protocol.api.Explain;
import org.tpmkeyring.protocol.api.PcrChange;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** Nobody is kept from typing a recovery key but where something was measured that he may not know of. */
class ExplainTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        // another protector of the vault fits; the TPM does not answer; the door; and what the warning is for
        "true,  cd, false, false",
        "false, '', false, false",
        "false, cd, true,  false",
        "false, cd, false, true"
    })
    void aChangeThatNobodyKnowsOfIsNoReasonToSealAnew(boolean wouldOpen, String now, boolean shut, boolean warned)
            throws IOException {
        Explain.Reply reply = new Explain.Reply(
                Samples.vault(VaultDoor.OPEN),
                wouldOpen,
                "verdict",
                List.of(new PcrChange(7, "sha256", "ab", now, false, shut, "Secure Boot")),
                List.of("tpm-keyring doctor"));
        try (FakeDaemon daemon = FakeDaemon.at(
                directory.resolve("socket"), (call, exchange) -> ReplyMessage.success(RecordCodec.toTree(reply)))) {
            CommandRun explained = new CommandRun().socket(daemon.socket()).run("explain");
            assertThat(explained.status()).as(explained.err()).isZero();
            assertThat(explained.out()).contains("  tpm-keyring doctor");
            assertThat(explained.out().contains("type no recovery key here")).isEqualTo(warned);
            assertThat(explained.out().contains("if you know what changed it")).isEqualTo(warned);
        }
    }
}
