// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.ecryptfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lower files and their names tell of the keys. */
final class LowerDirectoryTest {
    private static final String CONTENTS = "d395309aaad4de06";
    private static final String NAMES = "f92ba9e2d7ddb1a3";
    private static final String OTHER = "0123456789abcdef";
    private static final int AES_128 = 7;
    private static final int AES_256 = 9;
    private static final int BLOWFISH = 4;

    @TempDir
    Path directory;

    @Test
    void aFileTellsWhichKeyItsKeyIsEncryptedUnder() {
        assertThat(LowerHeader.signatures(LowerFiles.file(CONTENTS))).contains(List.of(CONTENTS));
        assertThat(LowerHeader.signatures(LowerFiles.file(CONTENTS, OTHER))).contains(List.of(CONTENTS, OTHER));
        assertThat(LowerHeader.signatures(LowerFiles.file(0, CONTENTS))).contains(List.of(CONTENTS));
        assertThat(LowerHeader.signatures(LowerFiles.fileOfPublicKey(OTHER))).contains(List.of(OTHER));
    }

    @Test
    void aFileThatEcryptfsDidNotWriteTellsNothing() {
        assertThat(LowerHeader.signatures("dear diary, this is not encrypted".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        assertThat(LowerHeader.signatures(new byte[0])).isEmpty();
        byte[] wrongMarker = LowerFiles.file(CONTENTS);
        wrongMarker[15] ^= 1;
        assertThat(LowerHeader.signatures(wrongMarker)).isEmpty();
    }

    @Test
    void aFileThatWasCutOffTellsWhatIsLeft() {
        assertThat(LowerHeader.signatures(Arrays.copyOf(LowerFiles.file(CONTENTS), 40)))
                .contains(List.of());
    }

    /** A name that eCryptfs made, with the passphrase that it was made with: ecryptfs-utils' salt for names. */
    @Test
    void aRealNameTellsTheSignatureOfItsPassphrase() throws Exception {
        MessageDigest sha512 = MessageDigest.getInstance("SHA-512");
        byte[] hash = "99887766testtest".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i <= 65_536; i++) {
            hash = sha512.digest(hash);
        }
        String signature = HexFormat.of().formatHex(hash, 0, 8);
        assertThat(LowerName.of("ECRYPTFS_FNEK_ENCRYPTED.FWYfdVWu0L3WzkakI4q9u3Q6AnT7JXlK1y60Vqyn5jsDHcG6MURT9qDmVE--"))
                .contains(new LowerName(signature, 32));
    }

    @Test
    void aNameTellsTheLengthOfItsKeyWhereItsCipherIsAes() {
        assertThat(LowerName.of(LowerFiles.name(NAMES, AES_128))).contains(new LowerName(NAMES, 16));
        assertThat(LowerName.of(LowerFiles.name(NAMES, AES_256))).contains(new LowerName(NAMES, 32));
        assertThat(LowerName.of(LowerFiles.name(NAMES, BLOWFISH))).contains(new LowerName(NAMES, 0));
        assertThat(LowerName.of("letter.txt")).isEmpty();
        assertThat(LowerName.of(LowerName.PREFIX)).isEmpty();
        assertThat(LowerName.of(LowerName.PREFIX + "FW")).isEmpty();
        assertThat(LowerName.of(LowerName.PREFIX + "zzzzzzzzzzzzzzzzzzzz")).isEmpty();
    }

    @Property
    void nothingThatLooksLikeAHeaderBreaksIt(@ForAll byte[] tail) {
        byte[] file = Arrays.copyOf(LowerFiles.file(3), 26 + tail.length);
        System.arraycopy(tail, 0, file, 26, tail.length);
        assertThat(LowerHeader.signatures(file)).isPresent();
    }

    @Property
    void nothingThatLooksLikeANameBreaksIt(@ForAll String tail) {
        LowerName.of(LowerName.PREFIX + tail)
                .ifPresent(name -> assertThat(name.signature()).hasSize(16));
    }

    @Test
    void aDirectoryIsSampledToItsDepthsWithoutFollowingLinks() throws IOException {
        Path sub = Files.createDirectories(
                directory.resolve(LowerFiles.name(NAMES, AES_128)).resolve("plain"));
        Files.write(sub.resolve(LowerFiles.name(NAMES, AES_128)), LowerFiles.file(CONTENTS));
        Files.write(directory.resolve(LowerFiles.name(OTHER, AES_128)), LowerFiles.file(OTHER));
        Path elsewhere = Files.createTempDirectory("elsewhere");
        Files.write(elsewhere.resolve("x"), LowerFiles.file("ffffffffffffffff"));
        Files.createSymbolicLink(directory.resolve("link"), elsewhere);
        Files.createSymbolicLink(directory.resolve("link2"), elsewhere.resolve("x"));
        LowerDirectory sample = LowerDirectory.sample(directory);
        assertThat(sample.contents()).containsExactlyInAnyOrder(CONTENTS, OTHER);
        assertThat(sample.names()).containsExactlyInAnyOrder(NAMES, OTHER);
        assertThat(sample.nameKeyBytes()).contains(16);
        assertThat(sample.hasPlainNames()).isFalse();
        Files.delete(elsewhere.resolve("x"));
        Files.delete(elsewhere);
    }

    @Test
    void encryptedFilesWithoutEncryptedNamesAreNoticed() throws IOException {
        Files.write(directory.resolve("letter.txt"), LowerFiles.file(CONTENTS));
        Files.writeString(directory.resolve("README"), "not encrypted");
        LowerDirectory sample = LowerDirectory.sample(directory);
        assertThat(sample.hasPlainNames()).isTrue();
        assertThat(sample.contents()).containsExactly(CONTENTS);
        assertThat(sample.nameKeyBytes()).isEmpty();
    }

    @Test
    void filesThatEcryptfsDidNotWriteMakeADirectoryPlainAndFoldersAloneDoNot() throws IOException {
        Path sub = Files.createDirectory(directory.resolve("sub"));
        assertThat(LowerDirectory.sample(directory).isPlain()).isFalse();
        Files.writeString(sub.resolve("planted"), "in clear");
        assertThat(LowerDirectory.sample(directory).isPlain()).isTrue();
        Files.write(directory.resolve("letter"), LowerFiles.file(CONTENTS));
        assertThat(LowerDirectory.sample(directory).isPlain()).isFalse();
    }

    @Test
    void aHeaderInAnExtendedAttributeCounts() throws IOException {
        Path file = Files.createFile(directory.resolve("x"));
        UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        org.tpmkeyring.testing.Requires.that(view != null, "this test needs extended attributes");
        view.write("ecryptfs", ByteBuffer.wrap(Arrays.copyOf(LowerFiles.file(OTHER), 120)));
        assertThat(LowerDirectory.sample(directory).contents()).containsExactly(OTHER);
    }

    @Test
    void anEmptyDirectoryTellsNothingAndAMissingOneIsAnError() throws IOException {
        assertThat(LowerDirectory.sample(directory).contents()).isEmpty();
        assertThat(LowerDirectory.sample(directory).hasPlainNames()).isFalse();
        assertThatThrownBy(() -> LowerDirectory.sample(directory.resolve("none")))
                .isInstanceOf(NoSuchFileException.class);
    }
}
