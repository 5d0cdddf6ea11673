// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.store.DirectoryVaultStore;
import org.tpmkeyring.store.StoreException;
import org.tpmkeyring.store.StoredVault;
import org.tpmkeyring.testing.Requires;
import org.tpmkeyring.testing.Secrets;
import org.tpmkeyring.testing.Swtpm;
import org.tpmkeyring.tpm.SealedObject;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.esys.EsysTpm;

/** The program on the page docs/vault-format.md, taken from there, reads what this program writes. */
final class VaultFormatIT {
    /** Debian's, which sees Debian's package python3-cryptography. */
    private static final String PYTHON = "/usr/bin/python3";

    private static final Path PAGE = Path.of("../docs/vault-format.md");
    /** All zeros, as {@link Samples} has it, in letters. */
    private static final String RECOVERY_KEY =
            "ccccccccg-ccccccccl-ccccccccv-cccccccci-ccccccccd-cccccccct-ccccccccj-ccccccccu\n";

    private static final String PASSWORD = "1234";
    private static final String SECRETS = "photos 0102030405060708\ntoken 0102030405060708\n";

    @TempDir
    private Path folder;

    private Path file;
    private Kek kek;
    private Vault vault;
    private DirectoryVaultStore store;
    private VaultRepository repository;

    @BeforeEach
    void makeAVault() throws Exception {
        Requires.that(Files.isExecutable(Path.of(PYTHON)), "this test needs " + PYTHON);
        Requires.that(
                new ProcessBuilder(PYTHON, "-c", "import cryptography").start().waitFor() == 0,
                "this test needs Debian's package python3-cryptography");
        Files.writeString(folder.resolve("vault.py"), block("```python\n"));
        long uid = Integer.toUnsignedLong((int) Files.getAttribute(folder, "unix:uid"));
        store = DirectoryVaultStore.open(folder.resolve("state"), uid);
        repository = new VaultRepository(store);
        kek = Samples.kek(1);
        vault = Samples.vault(Samples.ID, kek);
        file = folder.resolve("state/vaults/" + Samples.OWNER + "/" + Samples.ID + ".vault");
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
            kek.close();
        }
    }

    private static String block(String fence) throws IOException {
        String page = Files.readString(PAGE);
        int start = page.indexOf(fence) + fence.length();
        return page.substring(start, page.indexOf("```", start));
    }

    /** How the program ended, and what it wrote. */
    private record Outcome(int status, String output) {}

    private Outcome program(String mode, byte[] input) throws IOException, InterruptedException {
        return run(List.of(PYTHON, "vault.py", file.toString(), mode), input);
    }

    private Outcome run(List<String> command, byte[] input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().write(input);
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    private byte[] kekBytes() {
        return Secrets.bytesOf(kek.secret());
    }

    @Test
    void itOpensEveryKeyWithTheKek() throws Exception {
        repository.save(repository.create(vault, kek), vault, kek);
        assertThat(program("kek", kekBytes())).isEqualTo(new Outcome(0, SECRETS));
    }

    @Test
    void itOpensEveryKeyWithTheRecoveryKeyInLetters() throws Exception {
        repository.create(vault, kek);
        assertThat(program("recovery", RECOVERY_KEY.getBytes(UTF_8))).isEqualTo(new Outcome(0, SECRETS));
    }

    @Test
    void itRefusesAnotherKek() throws Exception {
        repository.create(vault, kek);
        assertThat(program("kek", new byte[32])).satisfies(outcome -> {
            assertThat(outcome.status()).isNotZero();
            assertThat(outcome.output()).contains("another KEK, or changed by somebody without it");
        });
    }

    /** Shows that the page's authentication checks the same bytes as ours. */
    @Test
    void itNoticesAForgedField() throws Exception {
        repository.create(vault, kek);
        forge("/home/zoë", "/home/eve");
        assertThat(program("kek", kekBytes()).output()).contains("changed by somebody without it");
    }

    private void forge(String from, String to) throws IOException, StoreException {
        StoredVault stored = store.read(Samples.OWNER, Samples.ID);
        String text = new String(stored.body().toArray(), UTF_8);
        assertThat(text).contains(from);
        Files.delete(file);
        store.create(
                Samples.OWNER, Samples.ID, Bytes.copyOf(text.replace(from, to).getBytes(UTF_8)));
    }

    @Test
    void itNoticesDamage() throws Exception {
        repository.create(vault, kek);
        byte[] octets = Files.readAllBytes(file);
        octets[octets.length - 5] ^= 1;
        Files.write(file, octets);
        assertThat(program("kek", kekBytes()).output()).contains("damaged");
    }

    /** The commands on the page, as they stand there. */
    @Test
    void tpm2ToolsUnsealTheKekForIt() throws Exception {
        Requires.command("tpm2_unseal");
        try (Swtpm swtpm = Swtpm.measured()) {
            repository.create(vault.withProtectors(List.of(sealed(swtpm))), kek);
            String commands = block("```sh\n").replace("FILE", file.toString()).replace("python3", PYTHON);
            String setting = "export TPM2TOOLS_TCTI=" + swtpm.tcti() + "\nset -e\n";
            Outcome outcome = run(List.of("sh", "-c", setting + commands), new byte[0]);
            assertThat(outcome).isEqualTo(new Outcome(0, SECRETS));
            swtpm.tool("tpm2_flushcontext", "-t");
            swtpm.extend(7, 1);
            Outcome refused = run(List.of("sh", "-c", setting + commands), new byte[0]);
            assertThat(refused.status()).isNotZero();
            assertThat(refused.output()).doesNotContain("photos");
        }
    }

    @Test
    void itOpensEveryKeyWithThePassphrase() throws Exception {
        try (SecretBuffer passphrase = Secrets.of(PASSWORD.getBytes(UTF_8))) {
            Protector made = PassphraseWrap.wrap(vault.id(), "passphrase-1", 17, kek, passphrase);
            repository.create(vault.withProtectors(List.of(made)), kek);
        }
        assertThat(program("passphrase", (PASSWORD + "\n").getBytes(UTF_8))).isEqualTo(new Outcome(0, SECRETS));
        assertThat(program("passphrase", "4321".getBytes(UTF_8)).status()).isNotZero();
    }

    /** The commands on the page, as they stand there. */
    @Test
    void tpm2ToolsUnsealTheKekForItWithAPin() throws Exception {
        Requires.command("tpm2_policyauthvalue");
        try (Swtpm swtpm = Swtpm.measured()) {
            repository.create(vault.withProtectors(List.of(sealedToPin(swtpm))), kek);
            String commands =
                    block("```bash\n").replace("FILE", file.toString()).replace("python3", PYTHON);
            String setting = "export TPM2TOOLS_TCTI=" + swtpm.tcti() + "\nset -e\n";
            assertThat(run(List.of("sh", "-c", setting + commands), new byte[0]))
                    .isEqualTo(new Outcome(0, SECRETS));
            swtpm.tool("tpm2_flushcontext", "-t");
            String wrong = commands.replace(PASSWORD, "4321");
            assertThat(run(List.of("bash", "-o", "pipefail", "-c", setting + wrong), new byte[0])
                            .status())
                    .isNotZero();
        }
    }

    private Protector sealedToPin(Swtpm swtpm) throws TpmException {
        try (EsysTpm tpm = new EsysTpm(swtpm.tcti());
                SecretBuffer pin = Secrets.of(PASSWORD.getBytes(UTF_8));
                PinKeys keys = PinKeys.fresh(pin);
                SecretBuffer wrapped = keys.wrap(vault.id(), 17, kek)) {
            SealedObject object = tpm.seal(wrapped, tpm.readPcrs(PcrSelection.parse("7+14:sha256")), keys.auth());
            return new Protector.Tpm2("tpm2-1", 17, object, Optional.of(keys.stretching()));
        }
    }

    private Protector sealed(Swtpm swtpm) throws TpmException {
        try (EsysTpm tpm = new EsysTpm(swtpm.tcti())) {
            SealedObject object = tpm.seal(kek.secret(), tpm.readPcrs(PcrSelection.parse("7+14:sha256")));
            return new Protector.Tpm2("tpm2-1", 17, object);
        }
    }
}
