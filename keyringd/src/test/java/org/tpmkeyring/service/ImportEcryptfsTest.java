// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tpmkeyring.service.World.refusal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.CreateVault;
import org.tpmkeyring.protocol.api.ImportEcryptfs;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.ShowSecret;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.testing.WrappedFile;

final class ImportEcryptfsTest {
    private static final long ALICE = 1000;
    private static final String MOUNT = "0123456789abcdef0123456789abcdef";
    private static final String OWN_SALT = "a1b2c3d4e5f60718";
    private static final List<String> SIGNATURES = WrappedFile.signatures(MOUNT, WrappedFile.SALT);
    private static final byte[] FILE = WrappedFile.version2(MOUNT, "login", OWN_SALT);

    @TempDir
    private Path state;

    private World world;
    private final ScriptedDialogue person = new ScriptedDialogue();

    @BeforeEach
    void begin() {
        world = new World(state);
    }

    @AfterEach
    void end() {
        world.close();
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ImportEcryptfs.Request order(String name, Optional<String> vault) {
        return order(name, vault, HexFormat.of().formatHex(FILE), SIGNATURES, Optional.empty());
    }

    private static ImportEcryptfs.Request order(
            String name, Optional<String> vault, String wrapped, List<String> signatures, Optional<String> salt) {
        return new ImportEcryptfs.Request(
                Optional.of(ALICE), vault, name, wrapped, signatures, salt, Optional.empty(), false, false);
    }

    private ImportEcryptfs.Reply imported(ImportEcryptfs.Request request) {
        return world.callAs(ALICE, ImportEcryptfs.METHOD, request, person);
    }

    private KeyringException refused(ImportEcryptfs.Request request) {
        Map<String, String> before = world.files();
        KeyringException refusal = refusal(() -> imported(request));
        assertThat(world.files()).isEqualTo(before);
        return refusal;
    }

    @Test
    void sealsThePassphraseInALoginVaultAndDeliversBothTokens() {
        ImportEcryptfs.Reply reply = imported(withPassword("login", order("private", Optional.empty())));

        assertThat(reply.createdVault()).hasValueSatisfying(vault -> {
            assertThat(vault.name()).isEqualTo("default");
            assertThat(vault.owner()).isEqualTo(ALICE);
            assertThat(vault.when()).isEqualTo(When.LOGIN);
        });
        assertThat(reply.key().target()).isEqualTo(TargetType.ECRYPTFS);
        assertThat(reply.key().identifiers()).isEqualTo(SIGNATURES);
        assertThat(reply.key().state()).isEqualTo(KeyState.DELIVERED);
        assertThat(reply.delivery().result()).isEqualTo(KeyResult.DELIVERED);
        assertThat(world.keyrings.count(ALICE)).isEqualTo(2);
        assertThat(person.asked()).containsExactly("password");
        assertThat(person.offers()).extracting(ScriptedDialogue.Offer::label).containsExactly("recovery-key");

        ScriptedDialogue again = new ScriptedDialogue();
        assertThat(world.callAs(ALICE, ShowSecret.METHOD, new ShowSecret.Request(Optional.empty(), "private"), again)
                        .key())
                .isNotNull();
        assertThat(again.offers()).extracting(ScriptedDialogue.Offer::hex).containsExactly(hex(MOUNT));
    }

    private ImportEcryptfs.Request withPassword(String password, ImportEcryptfs.Request request) {
        person.answering(hex(password));
        return request;
    }

    /** Also for root himself, whose vaults are for boot otherwise. */
    @Test
    void aNewVaultIsForLoginWhoeverOwnsIt() {
        ImportEcryptfs.Request ofAlice = withPassword("login", order("private", Optional.empty()));
        ImportEcryptfs.Request ofRoot = new ImportEcryptfs.Request(
                Optional.of(0L),
                Optional.empty(),
                "private",
                ofAlice.wrapped(),
                SIGNATURES,
                Optional.empty(),
                Optional.empty(),
                false,
                true);
        assertThat(world.call(ImportEcryptfs.METHOD, ofRoot, person).createdVault())
                .hasValueSatisfying(vault -> assertThat(vault.when()).isEqualTo(When.LOGIN));
        assertThat(person.offers()).isEmpty();
    }

    @Test
    void aWrongPasswordIsToldAndChangesNothing() {
        KeyringException refusal = refused(withPassword("Login", order("private", Optional.empty())));

        assertThat(refusal.kind()).isEqualTo(ErrorKind.WRONG_LOGIN_PASSWORD);
        assertThat(refusal.hint()).isEqualTo("tpm-keyring import ecryptfs");
        assertThat(person.offers()).isEmpty();
        assertThat(world.keyrings.count(ALICE)).isZero();
    }

    @Test
    void aPassphraseOfAnotherDirectoryIsRefused() {
        List<String> others = WrappedFile.signatures("another", WrappedFile.SALT);
        KeyringException refusal = refused(withPassword(
                "login", order("private", Optional.empty(), HexFormat.of().formatHex(FILE), others, Optional.empty())));

        assertThat(refusal.kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
        assertThat(refusal.sentence()).contains("Private.sig").contains(others.get(0));
    }

    @Test
    void aDirectoryIsImportedOnceAndNobodyIsAskedForASecondTime() {
        imported(withPassword("login", order("private", Optional.empty())));
        KeyringException refusal = refused(order("again", Optional.of("other")));

        assertThat(refusal.kind()).isEqualTo(ErrorKind.EXISTS);
        assertThat(refusal.sentence()).contains("'private'");
        assertThat(refusal.hint()).isEqualTo("tpm-keyring show private");
        assertThat(person.asked()).hasSize(1);
    }

    @Test
    void aVaultThatIsNotForLoginIsRefusedWithACommandThatWorks() {
        create("default", When.MANUAL);
        create("login", When.MANUAL);
        KeyringException refusal = refused(order("private", Optional.empty()));

        assertThat(refusal.kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
        assertThat(refusal.hint()).isEqualTo("tpm-keyring import ecryptfs --vault login-2");
        assertThat(imported(withPassword("login", order("private", Optional.of("login-2"))))
                        .key()
                        .vault())
                .isEqualTo("login-2");
    }

    private void create(String name, When when) {
        CreateVault.Request request = new CreateVault.Request(
                Optional.empty(), name, Optional.of(when), Optional.empty(), false, true, false, false);
        assertThat(world.callAs(ALICE, CreateVault.METHOD, request, person)).isNotNull();
    }

    @Test
    void aTakenNameIsToldBeforeAnybodyIsAsked() {
        AddKey.Request music = Orders.key("private").request();
        assertThat(world.callAs(ALICE, AddKey.METHOD, music, person)).isNotNull();

        assertThat(refused(order("private", Optional.empty())).kind()).isEqualTo(ErrorKind.EXISTS);
        assertThat(person.asked()).isEmpty();
    }

    @Test
    void theSaltOfThePersonCountsForTheFileAndForTheDirectory() {
        String file = HexFormat.of().formatHex(WrappedFile.version1(MOUNT, "login", OWN_SALT));
        List<String> signatures = WrappedFile.signatures(MOUNT, OWN_SALT);
        ImportEcryptfs.Request request = order(
                "private",
                Optional.empty(),
                file,
                signatures,
                Optional.of(OWN_SALT.toUpperCase(java.util.Locale.ROOT)));

        assertThat(imported(withPassword("login", request)).key().identifiers()).isEqualTo(signatures);
    }

    @Test
    void whatIsMalformedIsRefusedBeforeAnybodyIsAsked() {
        String file = HexFormat.of().formatHex(FILE);
        Optional<String> none = Optional.empty();
        for (ImportEcryptfs.Request bad : List.of(
                order("private", none, "abc", SIGNATURES, none),
                order("private", none, "", SIGNATURES, none),
                order("private", none, file.substring(2), SIGNATURES, none),
                order("private", none, file, List.of(), none),
                order("private", none, file, List.of("D395309AAAD4DE06"), none),
                order("private", none, file, List.of(SIGNATURES.get(0), SIGNATURES.get(1), SIGNATURES.get(0)), none),
                order("private", none, file, SIGNATURES, Optional.of("0011")))) {
            assertThat(refused(bad).kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
        }
        assertThat(person.asked()).isEmpty();
    }
}
