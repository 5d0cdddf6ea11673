// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.cli.testing.FakeDaemon;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.api.ProtectorType;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** The program finds the vault itself here, and has to find the one that keyringd would. */
class ProtectorListTest {
    private static final String FIRST = "0f3a91c27bd44e5c8d1e6f7a8b9c0d1e";
    private static final String SECOND = "e7c1a2b3c4d5e6f708192a3b4c5d6e7f";

    @TempDir
    Path directory;

    private static VaultInfo vault(String id, String protector) {
        ProtectorInfo opener = new ProtectorInfo(protector, ProtectorType.RECOVERY, Optional.empty(), 0, false);
        return new VaultInfo(
                "default", id, 0, When.BOOT, 0, 0, List.of(opener), true, Optional.empty(), VaultDoor.NONE);
    }

    @Test
    void ofTwoVaultsOfOneNameEachGoesByItsIdOnly() throws IOException {
        ListVaults.Reply both = new ListVaults.Reply(List.of(vault(FIRST, "recovery-1"), vault(SECOND, "recovery-2")));
        try (FakeDaemon daemon = FakeDaemon.at(
                directory.resolve("socket"), (call, exchange) -> ReplyMessage.success(RecordCodec.toTree(both)))) {
            CommandRun refused = new CommandRun().socket(daemon.socket()).run("protector", "list");
            assertThat(refused.status()).isEqualTo(2);
            assertThat(refused.err())
                    .contains("vault: 2 vaults have the name 'default': " + FIRST + " and " + SECOND)
                    .contains("hint: tpm-keyring vault rename " + FIRST + " NEW-NAME");
            assertThat(new CommandRun()
                            .socket(daemon.socket())
                            .run("protector", "list", "--vault", SECOND)
                            .out())
                    .contains("recovery-2")
                    .doesNotContain("recovery-1");
        }
    }
}
