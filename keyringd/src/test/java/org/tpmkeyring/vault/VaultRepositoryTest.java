// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.store.DirectoryVaultStore;
import org.tpmkeyring.store.StoreException;
import org.tpmkeyring.store.StoredVault;
import org.tpmkeyring.testing.Secrets;

/** Over the real store, so that files can be changed behind its back. */
final class VaultRepositoryTest {
    @TempDir
    private Path folder;

    private DirectoryVaultStore store;
    private VaultRepository repository;
    private Kek kek;
    private Vault home;

    @BeforeEach
    void open() throws IOException, StoreException {
        long uid = Integer.toUnsignedLong((int) Files.getAttribute(folder, "unix:uid"));
        store = DirectoryVaultStore.open(folder.resolve("state"), uid);
        repository = new VaultRepository(store);
        kek = Samples.kek(1);
        home = Samples.vault(Samples.ID, kek);
    }

    @AfterEach
    void close() {
        store.close();
        kek.close();
    }

    private Path file(String name) {
        return folder.resolve("state/vaults/" + Samples.OWNER).resolve(name);
    }

    private Path homeFile() {
        return file(Samples.ID + ".vault");
    }

    private static KeyringException refusal(ErrorKind kind, ThrowingCallable call) {
        KeyringException refused = catchThrowableOfType(KeyringException.class, call);
        assertThat(refused).isNotNull();
        assertThat(refused.kind()).isEqualTo(kind);
        return refused;
    }

    @Nested
    final class Saved {
        @Test
        void comesBackAuthenticAndOpens() {
            LoadedVault created = repository.create(home, kek);
            LoadedVault loaded = repository.load(Samples.OWNER, Samples.ID);
            assertThat(loaded).isEqualTo(created);
            assertThat(loaded.vault()).isEqualTo(home);
            repository.verify(loaded, kek);
            try (SecretBuffer secret =
                    KeyWrapping.unwrap(Samples.ID, kek, loaded.vault().keys().get(0))) {
                assertThat(Secrets.bytesOf(secret)).isEqualTo(Samples.KEY_BYTES);
            }
        }

        @Test
        void isFoundByNameAmongItsOwnersVaults() {
            repository.create(home, kek);
            assertThat(repository.find(Samples.OWNER, home.name())).isPresent();
            assertThat(repository.find(Samples.OWNER, new VaultName("other"))).isEmpty();
            assertThat(repository.find(0, home.name())).isEmpty();
            assertThat(repository.owners()).containsExactly(Samples.OWNER);
        }

        @Test
        void isReplacedAndRestoredAndAuthenticEachTime() {
            LoadedVault first = repository.create(home, kek);
            LoadedVault second = repository.save(first, home.withName(new VaultName("renamed")), kek);
            assertThat(repository.load(Samples.OWNER, Samples.ID)).isEqualTo(second);
            repository.verify(second, kek);
            LoadedVault restored = repository.restorePrevious(Samples.OWNER, Samples.ID);
            assertThat(restored.vault()).isEqualTo(home);
            repository.verify(restored, kek);
            LoadedVault third = repository.save(restored, home.withKeys(List.of()), kek);
            repository.verify(repository.load(Samples.OWNER, Samples.ID), kek);
            assertThat(third.vault().keys()).isEmpty();
        }

        @Test
        void isNotOverwrittenByAChangeMadeFromAnOlderState() {
            LoadedVault first = repository.create(home, kek);
            LoadedVault second = repository.save(first, home.withName(new VaultName("second")), kek);
            KeyringException refused =
                    refusal(ErrorKind.UNEXPECTED, () -> repository.save(first, home.withKeys(List.of()), kek));
            assertThat(refused.sentence()).contains("changed meanwhile");
            assertThat(repository.load(Samples.OWNER, Samples.ID)).isEqualTo(second);
        }

        @Test
        void isGoneOnceDeleted() {
            repository.create(home, kek);
            repository.delete(Samples.OWNER, Samples.ID);
            assertThat(repository.list(Samples.OWNER)).isEmpty();
            refusal(ErrorKind.NO_SUCH_VAULT, () -> repository.load(Samples.OWNER, Samples.ID));
            refusal(ErrorKind.NO_SUCH_VAULT, () -> repository.delete(Samples.OWNER, Samples.ID));
        }

        @Test
        void isNotRestoredWithoutAPreviousGeneration() {
            LoadedVault created = repository.create(home, kek);
            KeyringException refused =
                    refusal(ErrorKind.VAULT_DAMAGED, () -> repository.restorePrevious(Samples.OWNER, Samples.ID));
            assertThat(refused.fields().get("reason")).contains("no generation before it");
            assertThat(repository.load(Samples.OWNER, Samples.ID)).isEqualTo(created);
        }

        @Test
        void isTooLargeInWords() {
            LoadedVault created = repository.create(home, kek);
            WrappedKey large = new WrappedKey(Samples.TOKEN, Bytes.copyOf(new byte[1_000_000]));
            KeyringException refused = refusal(
                    ErrorKind.NOT_SUPPORTED, () -> repository.save(created, home.withKeys(List.of(large)), kek));
            assertThat(refused.sentence()).contains("as large as").contains("at most 1048576");
            assertThat(repository.load(Samples.OWNER, Samples.ID)).isEqualTo(created);
        }
    }

    @Nested
    final class TamperedWith {
        @BeforeEach
        void create() {
            repository.save(repository.create(home, kek), home, kek);
        }

        /** Writes a body with a checksum that fits, as somebody with an editor and sha256sum would. */
        private void forge(String from, String to) throws IOException, StoreException {
            StoredVault stored = store.read(Samples.OWNER, Samples.ID);
            String text = new String(stored.body().toArray(), UTF_8);
            assertThat(text).contains(from);
            Bytes forged = Bytes.copyOf(text.replace(from, to).getBytes(UTF_8));
            Files.delete(homeFile());
            store.create(Samples.OWNER, Samples.ID, forged);
        }

        @Test
        void isNotAuthenticWhenAForgedFieldIsWellFormed() throws IOException, StoreException {
            forge("/home/zoë", "/home/eve");
            LoadedVault loaded = repository.load(Samples.OWNER, Samples.ID);
            KeyringException refused = refusal(ErrorKind.VAULT_DAMAGED, () -> repository.verify(loaded, kek));
            assertThat(refused.sentence()).contains("vault 'home'");
            assertThat(refused.hint()).isEqualTo("tpm-keyring vault restore home");
        }

        @Test
        void isNotAuthenticUnderAnotherGenerationNumber() throws IOException, StoreException {
            forge("home", "home");
            LoadedVault loaded = repository.load(Samples.OWNER, Samples.ID);
            assertThat(loaded.vault()).isEqualTo(home);
            assertThat(loaded.generation()).isEqualTo(1);
            refusal(ErrorKind.VAULT_DAMAGED, () -> repository.verify(loaded, kek));
        }

        @Test
        void isNotAuthenticUnderAnotherKek() {
            try (Kek other = Samples.kek(2)) {
                LoadedVault loaded = repository.load(Samples.OWNER, Samples.ID);
                refusal(ErrorKind.VAULT_DAMAGED, () -> repository.verify(loaded, other));
            }
        }

        /** The limit that docs/vault-format.md states: an older file as a whole is authentic. */
        @Test
        void isAuthenticWhenRolledBackAsAWhole() throws IOException {
            byte[] older = Files.readAllBytes(file(Samples.ID + ".vault.previous"));
            Files.write(homeFile(), older);
            LoadedVault loaded = repository.load(Samples.OWNER, Samples.ID);
            assertThat(loaded.generation()).isEqualTo(1);
            repository.verify(loaded, kek);
        }

        @Test
        void isToldAsExchangedWhenTwoFilesWere() throws IOException {
            repository.create(Samples.vault(Samples.OTHER_ID, kek).withName(new VaultName("other")), kek);
            Path other = file(Samples.OTHER_ID + ".vault");
            Path aside = folder.resolve("aside");
            Files.move(homeFile(), aside);
            Files.move(other, homeFile());
            Files.move(aside, other);
            KeyringException refused =
                    refusal(ErrorKind.VAULT_DAMAGED, () -> repository.load(Samples.OWNER, Samples.ID));
            assertThat(refused.fields().get("reason")).contains(Samples.OTHER_ID.text(), "exchanged");
            assertThat(repository.list(Samples.OWNER))
                    .hasSize(2)
                    .allSatisfy(listed -> assertThat(listed).isInstanceOf(VaultRepository.Damaged.class));
        }

        @Test
        void isToldAsSomebodyElsesWhenMovedToAnotherOwner() throws IOException {
            Path directory = Files.createDirectory(
                    folder.resolve("state/vaults/0"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.move(homeFile(), directory.resolve(homeFile().getFileName()), StandardCopyOption.ATOMIC_MOVE);
            KeyringException refused = refusal(ErrorKind.VAULT_DAMAGED, () -> repository.load(0, Samples.ID));
            assertThat(refused.fields().get("reason")).contains("uid 1000");
        }
    }

    @Nested
    final class BesideASoundVault {
        @BeforeEach
        void create() {
            repository.create(home, kek);
            repository.create(Samples.vault(Samples.OTHER_ID, kek).withName(new VaultName("other")), kek);
        }

        private KeyringException listedReason() {
            List<VaultRepository.Listed> listed = repository.list(Samples.OWNER);
            assertThat(listed).hasSize(2);
            assertThat(listed.get(1)).isInstanceOf(VaultRepository.Sound.class);
            VaultRepository.Damaged damaged = (VaultRepository.Damaged) listed.get(0);
            assertThat(damaged.id()).isEqualTo(Samples.ID);
            assertThat(damaged.owner()).isEqualTo(Samples.OWNER);
            assertThat(repository.find(Samples.OWNER, new VaultName("other"))).isPresent();
            return damaged.reason();
        }

        @Test
        void aDamagedOneIsListedAsSuch() throws IOException {
            byte[] octets = Files.readAllBytes(homeFile());
            octets[octets.length - 20] ^= 1;
            Files.write(homeFile(), octets);
            assertThat(listedReason().kind()).isEqualTo(ErrorKind.VAULT_DAMAGED);
        }

        @Test
        void oneOfALaterProgramIsListedAsSuchAndLeftAlone() throws IOException {
            byte[] later = "tpm-keyring-vault 9 something\n".getBytes(US_ASCII);
            Files.write(homeFile(), later);
            KeyringException reason = listedReason();
            assertThat(reason.kind()).isEqualTo(ErrorKind.VAULT_TOO_NEW);
            assertThat(reason.sentence()).contains("format 9", "up to 1");
            refusal(ErrorKind.VAULT_TOO_NEW, () -> repository.delete(Samples.OWNER, Samples.ID));
            assertThat(homeFile()).hasBinaryContent(later);
        }

        @Test
        void oneThatOthersCanReadIsListedAsSuch() throws IOException {
            Files.setPosixFilePermissions(homeFile(), PosixFilePermissions.fromString("rw-r--r--"));
            KeyringException reason = listedReason();
            assertThat(reason.kind()).isEqualTo(ErrorKind.VAULT_UNSAFE_FILE);
            assertThat(reason.sentence()).contains(homeFile().toString(), "0644");
        }

        @Test
        void oneWhoseBodyIsNoVaultIsListedAsSuch() throws IOException, StoreException {
            Files.delete(homeFile());
            store.create(Samples.OWNER, Samples.ID, Bytes.copyOf("{\"a\":1}".getBytes(US_ASCII)));
            assertThat(listedReason().kind()).isEqualTo(ErrorKind.VAULT_DAMAGED);
        }
    }
}
