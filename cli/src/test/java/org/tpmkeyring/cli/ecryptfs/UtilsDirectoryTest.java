// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.ecryptfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.cli.program.Account;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

class UtilsDirectoryTest {
    private static final String SIGNATURES = "d395309aaad4de06\nbe877764c5918621\n";

    @TempDir
    Path root;

    private Path home;
    private long uid;
    private Account alice;

    @BeforeEach
    void aHome() throws IOException {
        home = Files.createDirectories(root.resolve("home/alice"));
        uid = Integer.toUnsignedLong((Integer) Files.getAttribute(home, "unix:uid"));
        alice = new Account("alice", home);
    }

    private static Path fill(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.write(directory.resolve("wrapped-passphrase"), new byte[] {':', 2, (byte) 0xff});
        Files.writeString(directory.resolve("Private.sig"), SIGNATURES);
        return directory;
    }

    private UtilsDirectory found() {
        return UtilsDirectory.of(alice, uid, root);
    }

    private KeyringException refused() {
        KeyringException refusal = catchThrowableOfType(KeyringException.class, this::found);
        assertThat(refusal).isNotNull();
        return refusal;
    }

    @Test
    void readsThePrivateDirectoryOfAHome() throws IOException {
        Path directory = fill(home.resolve(".ecryptfs"));
        Files.writeString(directory.resolve("Private.mnt"), home + "/Private\n");
        Files.createFile(directory.resolve("auto-mount"));

        UtilsDirectory found = found();
        assertThat(found.path()).isEqualTo(directory);
        assertThat(found.wrapped()).isEqualTo("3a02ff");
        assertThat(found.signatures()).containsExactly("d395309aaad4de06", "be877764c5918621");
        assertThat(found.mount()).contains(home + "/Private");
        assertThat(found.mountsAtLogin()).isTrue();
        assertThat(found.independent()).isFalse();
        assertThat(found.salt()).isEmpty();
    }

    @Test
    void aLinkInTheHomeLeadsToWhereWholeHomesAreKept() throws IOException {
        Path kept = fill(root.resolve("home/.ecryptfs/alice/.ecryptfs"));
        Files.createFile(kept.resolve("wrapping-independent"));
        Files.createSymbolicLink(home.resolve(".ecryptfs"), kept);

        assertThat(found().path()).isEqualTo(kept);
        assertThat(found().independent()).isTrue();
        assertThat(found().mountsAtLogin()).isFalse();
    }

    /** The link itself is not followed: it is the person's, and may lead anywhere. */
    @Test
    void aLinkToElsewhereIsNotFollowed() throws IOException {
        Files.createSymbolicLink(home.resolve(".ecryptfs"), fill(root.resolve("elsewhere")));

        assertThat(refused().kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
        assertThat(refused().sentence()).contains(home + "/.ecryptfs").contains("home/.ecryptfs/alice/.ecryptfs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrapped-passphrase", "Private.sig", "Private.mnt"})
    void aFileThatIsALinkIsRefused(String name) throws IOException {
        Path directory = fill(home.resolve(".ecryptfs"));
        Path elsewhere = Files.write(root.resolve("elsewhere"), new byte[] {1});
        Files.deleteIfExists(directory.resolve(name));
        Files.createSymbolicLink(directory.resolve(name), elsewhere);

        assertThat(refused().kind()).isEqualTo(ErrorKind.VAULT_UNSAFE_FILE);
        assertThat(refused().sentence())
                .contains(directory.resolve(name).toString())
                .contains("symbolic link");
    }

    @Test
    void aDirectoryOrALargeFileInThePlaceOfAFileIsRefused() throws IOException {
        Path directory = fill(home.resolve(".ecryptfs"));
        Files.write(directory.resolve("Private.sig"), new byte[4097]);
        assertThat(refused().sentence()).contains("more than 4096 bytes");

        Files.delete(directory.resolve("Private.sig"));
        Files.createDirectory(directory.resolve("Private.sig"));
        assertThat(refused().sentence()).contains("no regular file");
    }

    @Test
    void whatBelongsToSomebodyElseIsRefused() throws IOException {
        fill(home.resolve(".ecryptfs"));
        KeyringException refusal = catchThrowableOfType(
                KeyringException.class, () -> UtilsDirectory.of(alice, uid + 1, Path.of("/nowhere")));
        boolean ofRoot = uid == 0;
        assertThat(refusal == null).as("root's files are good for everybody").isEqualTo(ofRoot);
    }

    @Test
    void withoutSignaturesNothingIsTaken() throws IOException {
        Files.delete(fill(home.resolve(".ecryptfs")).resolve("Private.sig"));

        assertThat(refused().sentence()).contains("no Private.sig");
    }

    @Test
    void aDirectoryCanBeNamed() throws IOException {
        Path directory = fill(root.resolve("mnt/.ecryptfs"));
        Files.writeString(root.resolve("mnt/.ecryptfsrc"), "key=passphrase,salt=a1B2c3d4e5f60718\n");

        assertThat(UtilsDirectory.at(directory, uid).salt()).contains("a1B2c3d4e5f60718");
        KeyringException refusal =
                catchThrowableOfType(KeyringException.class, () -> UtilsDirectory.at(root.resolve("none"), uid));
        assertThat(refusal.hint()).isEqualTo("ls -la " + root.resolve("none"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"salt=a1b2c3d4e5f60718", "key=passphrase\nsalt=a1b2c3d4e5f60718\nother=1\n"})
    void theSaltOfThePersonIsFound(String settings) throws IOException {
        fill(home.resolve(".ecryptfs"));
        Files.writeString(home.resolve(".ecryptfsrc"), settings);
        assertThat(found().salt()).contains("a1b2c3d4e5f60718");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "salt=", "salt=a1b2", "nosalt=a1b2c3d4e5f60718", "salt=a1b2c3d4e5f60718ff"})
    void aSaltOfAnotherLengthIsPassedOverAsTheToolsDo(String settings) throws IOException {
        fill(home.resolve(".ecryptfs"));
        Files.writeString(home.resolve(".ecryptfsrc"), settings);
        assertThat(found().salt()).isEqualTo(Optional.empty());
    }
}
