// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** Who cannot tell what a header is must not say that it is another one: nothing opens the volume then. */
class CryptsetupTest {
    @TempDir
    Path directory;

    private FakeVolume volume;

    @BeforeEach
    void aVolume() throws IOException {
        volume = new FakeVolume(directory, 0).luks2();
    }

    private KeyringException refused(Path device) {
        return catchThrowableOfType(
                KeyringException.class,
                () -> volume.work(directory).cryptsetup().header(device));
    }

    @Test
    void whatCryptsetupCannotUseIsNoVolume() throws Exception {
        volume.cryptsetup("echo Device is not a valid LUKS device. >&2; exit 1");
        assertThat(refused(volume.image()).kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
        volume.cryptsetup("echo {}");
        assertThat(refused(volume.image()).kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
        Path other = Files.write(directory.resolve("other"), new byte[4096]);
        assertThat(refused(other).kind()).isEqualTo(ErrorKind.BAD_ARGUMENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit 3", "exit 4", "exit 127", "kill -KILL $$", "kill -SEGV $$"})
    void aCryptsetupThatFailsTellsNothing(String script) throws Exception {
        volume.cryptsetup(script);
        assertThat(refused(volume.image()).kind()).isEqualTo(ErrorKind.UNEXPECTED);
    }

    @Test
    void whatIsCutShortIsNotUsed() throws Exception {
        volume.cryptsetup("head -c 9000000 /dev/zero");
        KeyringException refusal = refused(volume.image());
        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNEXPECTED);
        assertThat(refusal.sentence()).contains("did not tell all of it");
    }

    @Test
    void whatCannotBeReadTellsNothing() throws Exception {
        Path unreadable = Path.of("/proc/self/mem"); // there is nothing at address 0: EIO
        KeyringException refusal = refused(unreadable);
        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNEXPECTED);
        assertThat(refusal.sentence()).contains("cannot be read");
    }
}
