// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.cli.program.Ended;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.testing.Requires;

/** The identity of real LUKS volumes: what changes it and what does not. */
class IdentityIT {
    private static final Path ADR = Path.of("../docs/adr/0014-volume-identity.md");

    @TempDir
    Path directory;

    @BeforeEach
    void cryptsetup() {
        Requires.command("cryptsetup");
        Requires.command("python3");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void keyslotsAndTokensDoNotChangeIt(int version) throws Exception {
        LuksFile volume = new LuksFile(directory, "v", version);
        LuksHeader before = volume.header();
        assertThat(before.version()).isEqualTo(version);
        assertThat(before.identity()).matches("[0-9a-f]{64}");
        assertThat(before.uuid())
                .isEqualTo(
                        volume.cryptsetup("luksUUID", volume.image.toString()).strip());
        assertThat(before.usedSlots()).containsExactly(0);
        assertThat(before.openingSlots()).containsExactly(0);
        assertThat(before.freeSlot()).isEqualTo(1);

        Path second = Files.writeString(directory.resolve("second"), "another");
        volume.cryptsetup(
                "luksAddKey",
                "--key-file",
                volume.passphrase.toString(),
                "--pbkdf",
                "pbkdf2",
                "--pbkdf-force-iterations",
                "1000",
                "--key-slot",
                "5",
                volume.image.toString(),
                second.toString());
        assertThat(volume.header().usedSlots()).containsExactly(0, 5);
        assertThat(volume.header().identity()).isEqualTo(before.identity());
        if (version == 2) {
            volume.cryptsetup(
                    "token",
                    "add",
                    "--key-description",
                    "tpm-keyring:v",
                    "--key-slot",
                    "5",
                    "--token-id",
                    "0",
                    volume.image.toString());
            assertThat(volume.header().tokensOf("tpm-keyring:v").get(0).slots()).containsExactly(5);
            assertThat(volume.header().freeToken()).isEqualTo(1);
            assertThat(volume.header().identity()).isEqualTo(before.identity());
        }
        volume.cryptsetup("luksKillSlot", volume.image.toString(), "0");
        assertThat(volume.header().usedSlots()).containsExactly(5);
        assertThat(volume.header().identity()).isEqualTo(before.identity());
        volume.cryptsetup(
                "luksChangeKey",
                "--key-file",
                second.toString(),
                "--pbkdf",
                "pbkdf2",
                "--pbkdf-force-iterations",
                "1000",
                volume.image.toString(),
                volume.passphrase.toString());
        assertThat(volume.header().identity()).isEqualTo(before.identity());
    }

    @Test
    void anUnboundKeyslotIsOfNoVolumeKey() throws Exception {
        LuksFile volume = new LuksFile(directory, "v", 2);
        LuksHeader before = volume.header();
        volume.cryptsetup(
                "luksAddKey",
                "--unbound",
                "--key-size",
                "256",
                "--pbkdf",
                "pbkdf2",
                "--pbkdf-force-iterations",
                "1000",
                volume.image.toString(),
                volume.passphrase.toString());
        assertThat(volume.header().usedSlots()).containsExactly(0, 1);
        assertThat(volume.header().openingSlots()).isEqualTo(before.openingSlots());
        assertThat(volume.header().identity()).isEqualTo(before.identity());
        assertDocumented(volume);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aVolumeInItsPlaceWithTheSameUuidAndPassphraseHasAnother(int version) throws Exception {
        LuksFile genuine = new LuksFile(directory, "genuine", version);
        String uuid = genuine.header().uuid();
        LuksFile planted = new LuksFile(directory, "planted", version, "--uuid", uuid);
        assertThat(planted.header().uuid()).isEqualTo(uuid);
        assertThat(planted.header().identity()).isNotEqualTo(genuine.header().identity());
        LuksFile other = new LuksFile(directory, "other", 3 - version, "--uuid", uuid);
        assertThat(other.header().identity()).isNotEqualTo(genuine.header().identity());
    }

    @Test
    void aNullCipherAnotherOffsetAndAnotherSectorSizeAreSeen() throws Exception {
        LuksFile volume = new LuksFile(directory, "v", 2);
        String json = volume.cryptsetup("luksDump", "--dump-json-metadata", volume.image.toString());
        String identity = volume.header().identity();
        String uuid = volume.header().uuid();
        assertThat(Luks2.parse(json, uuid).identity()).isEqualTo(identity);
        for (List<String> edit : List.of(
                List.of("\"type\":\"crypt\"", "\"type\":\"linear\""),
                List.of("\"offset\":\"16777216\"", "\"offset\":\"16777728\""),
                List.of("\"sector_size\":", "\"sector_size\":1"),
                List.of("\"size\":\"dynamic\"", "\"size\":\"4096\""),
                List.of("\"iv_tweak\":\"0\"", "\"iv_tweak\":\"8\""),
                List.of("\"hash\":\"sha256\",\n      \"iterations\"", "\"hash\":\"sha1\",\n      \"iterations\""),
                List.of("\"digest\":\"", "\"digest\":\"A"),
                List.of("\"segments\":[\n        \"0\"\n      ]", "\"segments\":[ \"1\" ]"),
                List.of("\"config\":{", "\"config\":{\"requirements\":{\"mandatory\":[\"online-reencrypt\"]},"))) {
            String edited = json.replace(edit.get(0), edit.get(1));
            assertThat(edited).as(edit.get(0)).isNotEqualTo(json);
            assertThat(Luks2.parse(edited, uuid).identity()).as(edit.get(1)).isNotEqualTo(identity);
        }
        String nullCipher = json.substring(0, json.indexOf("\"segments\":{"))
                + json.substring(json.indexOf("\"segments\":{")).replace("aes-xts-plain64", "cipher_null-ecb");
        assertThat(Luks2.parse(nullCipher, uuid).identity()).isNotEqualTo(identity);
        assertThat(Luks2.parse(json, "00000000-0000-4000-8000-00000000abcd").identity())
                .isNotEqualTo(identity);
    }

    @Test
    void everyFactOfALuks1HeaderIsSeenAndNothingElse() throws Exception {
        LuksFile volume = new LuksFile(directory, "v", 1);
        byte[] header = java.util.Arrays.copyOf(Files.readAllBytes(volume.image), Luks1.HEADER_BYTES);
        String identity = volume.header().identity();
        for (int offset : List.of(8, 40, 72, 107, 111, 112, 131, 132, 163, 167, 168)) {
            byte[] edited = header.clone();
            edited[offset] ^= 1;
            assertThat(Luks1.parse(edited).identity()).as("byte " + offset).isNotEqualTo(identity);
        }
        for (int offset : List.of(208, 220, 591)) {
            byte[] edited = header.clone();
            edited[offset] ^= 1;
            assertThat(Luks1.parse(edited).identity()).as("byte " + offset).isEqualTo(identity);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatIsDocumentedComputesTheSame(int version) throws Exception {
        assertDocumented(new LuksFile(directory, "v", version));
    }

    private void assertDocumented(LuksFile volume) throws Exception {
        String text = Files.readString(ADR);
        int start = text.indexOf("```python\n") + "```python\n".length();
        Path script =
                Files.writeString(directory.resolve("identity.py"), text.substring(start, text.indexOf("```", start)));
        Ended result = new Programs(Map.of())
                .run(List.of("python3", script.toString(), volume.image.toString()), Duration.ofMinutes(1));
        assertThat(result.err()).isEmpty();
        assertThat(result.out().strip()).isEqualTo(volume.header().identity());
    }

    @Test
    void whatIsNoVolumeIsRefused() throws Exception {
        Programs programs = new Programs(Map.of());
        Path empty = Files.writeString(directory.resolve("empty"), "");
        Path broken = Files.write(directory.resolve("broken"), brokenHeader());
        for (Path image : List.of(empty, broken, directory)) {
            assertThatThrownBy(() -> new Cryptsetup(programs, directory).header(image))
                    .isInstanceOfSatisfying(
                            KeyringException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.BAD_ARGUMENT));
        }
    }

    @Test
    void ofWhatCannotBeReadNothingIsKnown() {
        Path absent = directory.resolve("absent");
        assertThatThrownBy(() -> new Cryptsetup(new Programs(Map.of()), directory).header(absent))
                .isInstanceOfSatisfying(KeyringException.class, e -> {
                    assertThat(e.kind()).isEqualTo(ErrorKind.UNEXPECTED);
                    assertThat(e.sentence()).contains(absent + " cannot be read");
                });
    }

    private static byte[] brokenHeader() throws IOException {
        byte[] header = new byte[8192];
        System.arraycopy(new byte[] {'L', 'U', 'K', 'S', (byte) 0xba, (byte) 0xbe, 0, 2}, 0, header, 0, 8);
        return header;
    }
}
