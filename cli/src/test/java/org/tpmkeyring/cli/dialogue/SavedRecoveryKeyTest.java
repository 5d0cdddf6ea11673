// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.dialogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.cli.testing.FakeDaemon;
import org.tpmkeyring.cli.testing.FakeDaemon.Script;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.api.CreateVault;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;

class SavedRecoveryKeyTest {
    private static final String ZERO_KEY_GROUPS = "c{8}.-";

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("recovery");
    }

    private CommandRun create(Script script) throws IOException {
        try (FakeDaemon daemon = FakeDaemon.at(directory.resolve("s"), script)) {
            return new CommandRun()
                    .socket(daemon.socket())
                    .run("vault", "create", "v", "--recovery-key-file", file().toString(), "--json=short");
        }
    }

    private static ReplyMessage created() {
        VaultInfo vault =
                new VaultInfo("v", "0", 0, When.BOOT, 0, 0, List.of(), true, Optional.empty(), VaultDoor.NONE);
        return ReplyMessage.success(RecordCodec.toTree(new CreateVault.Reply(vault)));
    }

    @Test
    void theFileHoldsTheKeyIsOursAloneAndTheKeyIsNowhereElse() throws IOException {
        CommandRun run = create((call, exchange) -> {
            exchange.offer("recovery-key", new byte[32]);
            return created();
        });
        assertThat(Files.readString(file())).matches("(" + ZERO_KEY_GROUPS + "){7}c{8}.\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(run.out()).startsWith("{\"vault\":").doesNotContain("cccccccc");
        assertThat(run.err() + run.terminal().seen()).doesNotContain("cccccccc");
        assertThat(run.status()).isZero();
    }

    @Test
    void aRefusalAfterTheOfferTakesTheFileAway() throws IOException {
        CommandRun run = create((call, exchange) -> {
            exchange.offer("recovery-key", new byte[32]);
            return ReplyMessage.failure(ErrorKind.VAULT_EXISTS.wireName(), Map.of("vault", "v"));
        });
        assertThat(run.status()).isEqualTo(10);
        assertThat(file()).doesNotExist();
    }

    @Test
    void aRefusalBeforeAnyOfferLeavesNoFile() throws IOException {
        create((call, exchange) -> ReplyMessage.failure(ErrorKind.VAULT_EXISTS.wireName(), Map.of("vault", "v")));
        assertThat(file()).doesNotExist();
    }

    @Test
    void whenNobodyKnowsWhetherTheVaultWasMadeTheFileStays() throws IOException {
        CommandRun run = create((call, exchange) -> {
            exchange.offer("recovery-key", new byte[32]);
            return null;
        });
        assertThat(run.status()).isEqualTo(9);
        assertThat(file()).exists();
    }

    @Test
    void aFileThatIsThereIsNeitherOverwrittenNorIsTheDaemonAsked() throws IOException {
        Files.writeString(file(), "mine");
        CommandRun run = create((call, exchange) -> {
            throw new IOException("asked all the same");
        });
        assertThat(run.status()).isEqualTo(2);
        assertThat(file()).hasContent("mine");
    }
}
