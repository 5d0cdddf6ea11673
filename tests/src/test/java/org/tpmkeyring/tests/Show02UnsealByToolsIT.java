// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.store.DirectoryVaultStore;
import org.tpmkeyring.testing.Requires;
import org.tpmkeyring.vault.Kek;
import org.tpmkeyring.vault.KeyWrapping;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.VaultRepository;

/** The blob in a vault file, in the hands of tpm2-tools. */
class Show02UnsealByToolsIT {
    private static final String POLICY_FAILED = "0x99D";
    private static final String AUTHORISATION_UNAVAILABLE = "0x12F";

    private Machine machine;
    private final byte[] secret = new byte[40];

    @BeforeEach
    void start() throws IOException {
        Requires.root();
        Requires.command("tpm2_unseal");
        machine = Machine.start();
        new SecureRandom().nextBytes(secret);
        machine.cli().makeVault(machine.file("recovery")).ok();
        machine.cli().add(machine.unique("key"), secret, "--target=user").ok();
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    private LoadedBlob blob() throws IOException {
        return new LoadedBlob(machine.tpm(), new VaultFiles(machine).sealed());
    }

    @Test
    void whatTpm2ToolsUnsealIsTheKekThatOpensTheVault() throws Exception {
        byte[] kek;
        try (LoadedBlob blob = blob()) {
            kek = blob.unseal("7,15").ok().output();
        }
        assertThat(kek).hasSize(Kek.SIZE_BYTES);
        assertThat(unwrapped(kek)).isEqualTo(secret);
    }

    /** The only key of the vault, unwrapped outside the daemon. */
    private byte[] unwrapped(byte[] kekBytes) throws Exception {
        Path copy = machine.file("copy");
        Program.of("cp", "-a", machine.state().toString(), copy.toString())
                .run()
                .ok();
        SecretBuffer kekBuffer = SecretBuffer.allocate(kekBytes.length);
        kekBuffer.withBytes(buffer -> buffer.put(kekBytes));
        try (DirectoryVaultStore store = DirectoryVaultStore.open(copy, 0);
                Kek kek = new Kek(kekBuffer)) {
            VaultRepository vaults = new VaultRepository(store);
            LoadedVault loaded = vaults.find(0, new VaultName("default")).orElseThrow();
            vaults.verify(loaded, kek);
            byte[] key = new byte[secret.length];
            try (SecretBuffer unwrapped = KeyWrapping.unwrap(
                    loaded.vault().id(), kek, loaded.vault().keys().get(0))) {
                return unwrapped.withBytes(buffer -> {
                    buffer.get(key);
                    return key;
                });
            }
        }
    }

    @Test
    void afterAnExtendTheyAreRefused() throws IOException {
        machine.tpm().extend(7, 9);
        try (LoadedBlob blob = blob()) {
            Outcome refused = blob.unseal("7,15");
            assertThat(refused.status()).isNotZero();
            assertThat(refused.output()).isEmpty();
            assertThat(refused.errors().toUpperCase(java.util.Locale.ROOT))
                    .contains(POLICY_FAILED.toUpperCase(java.util.Locale.ROOT));
        }
        machine.cli().run("lock").ok();
        machine.cli().run("unlock").endedWith(7);
    }

    @Test
    void withAnEmptyPasswordInsteadOfThePolicyTheyAreRefused() throws IOException {
        try (LoadedBlob blob = blob()) {
            Outcome refused = blob.unsealWithEmptyPassword();
            assertThat(refused.status()).isNotZero();
            assertThat(refused.output()).isEmpty();
            assertThat(refused.errors().toUpperCase(java.util.Locale.ROOT))
                    .contains(AUTHORISATION_UNAVAILABLE.toUpperCase(java.util.Locale.ROOT));
        }
    }

    @Test
    void withThePolicyOfOtherPcrsTheyAreRefused() throws IOException {
        try (LoadedBlob blob = blob()) {
            assertThat(blob.unseal("14").status()).isNotZero();
        }
    }
}
