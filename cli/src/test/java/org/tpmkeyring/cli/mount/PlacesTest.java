// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.cli.ecryptfs.LowerDirectory;
import org.tpmkeyring.cli.ecryptfs.LowerFiles;
import org.tpmkeyring.cli.mounttab.TableField;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;

/** Root mounts where users may change what a path leads to: nothing is mounted, or unmounted, elsewhere. */
final class PlacesTest extends MountFixture {
    private static final String BIND = "mount|-n|-c|--bind|/proc/self/fd/3|.";

    private Path home;
    private Path victim;

    @BeforeEach
    void anna() throws IOException {
        hasKey("letters", TargetType.FSCRYPT, KeyState.LOCKED);
        hasKey("photos", TargetType.ECRYPTFS, KeyState.LOCKED);
        home = directory("home/anna");
        victim = directory("victim");
        directory("home/anna/locked");
        directory("home/anna/letters");
    }

    private static void moved(Path directory, Path target) {
        try {
            Files.move(directory, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A directory makes room for a link. */
    private static void replaced(Path directory, Path target) {
        try {
            Files.move(directory, directory.resolveSibling(directory.getFileName() + ".old"));
            Files.createSymbolicLink(directory, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CommandRun mount(String type) throws IOException {
        String rest = type.equals("fscrypt") ? "fscrypt key=letters,nodev" : "ecryptfs key=photos";
        return run(line(home.resolve("locked"), home.resolve("letters"), rest), "mount", "--all");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fscrypt", "ecryptfs"})
    void aLinkInThePlaceOfTheMountPointIsRefused(String type) throws IOException {
        Path where = home.resolve("letters");
        replaced(where, victim);
        CommandRun run = mount(type);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo("tpm-keyring: " + where + ": WHERE: '" + where + "' is a symbolic link, to '" + victim
                        + "', and none is followed; name the directory itself in the table\n"
                        + "hint: namei -l " + where + "\n");
        assertThat(called()).isEmpty();
        assertThat(methods()).as("it gets no key").containsExactly("ShowKey");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fscrypt", "ecryptfs"})
    void aLinkAboveWhatIsMountedIsRefused(String type) throws IOException {
        replaced(home, directory("mallory"));
        directory("mallory/locked");
        CommandRun run = mount(type);
        assertThat(run.err()).contains(": WHAT: '" + home + "' is a symbolic link, to '");
        assertThat(called()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fscrypt", "ecryptfs"})
    void aMountPointThatBecomesALinkAfterTheLookIsNotFollowed(String type) throws IOException {
        Files.write(home.resolve("locked").resolve(LowerFiles.name(NAMES, 7)), LowerFiles.file(CONTENTS));
        meanwhile = () -> replaced(home.resolve("letters"), victim);
        CommandRun run = mount(type);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("mount failed: '" + home.resolve("letters") + "' was replaced meanwhile");
        assertThat(called()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fscrypt", "ecryptfs"})
    void whatIsAnotherDirectoryAfterTheLookIsNotMounted(String type) throws IOException {
        Path what = home.resolve("locked");
        Files.write(what.resolve(LowerFiles.name(NAMES, 7)), LowerFiles.file(CONTENTS));
        meanwhile = () -> {
            replaced(what, victim);
            what.toFile().delete();
            what.toFile().mkdir();
        };
        assertThat(mount(type).err()).contains("mount failed: '" + what + "' was replaced meanwhile");
        assertThat(called()).isEmpty();
    }

    /** Else keyringd would have the encrypted directory checked and root mount the one in clear. */
    @Test
    void whatIsAnotherDirectoryForAsLongAsItIsCheckedIsNotMounted() throws IOException {
        Path what = home.resolve("locked");
        Path aside = home.resolve("aside");
        Path encrypted = directory("home/anna/encrypted");
        meanwhile = () -> {
            moved(what, aside);
            moved(encrypted, what);
        };
        then = () -> {
            moved(what, encrypted);
            moved(aside, what);
        };
        CommandRun run = mount("fscrypt");
        assertThat(run.err())
                .endsWith(": mount failed: '" + what + "' was replaced meanwhile\nhint: namei -l " + what + "\n");
        assertThat(called()).isEmpty();
        assertThat(methods()).as("it gets no key").containsExactly("ShowKey", "CheckDirectory");
    }

    @Test
    void whatIsSampledIsWhatWasLookedAt() throws IOException {
        Path what = home.resolve("locked");
        Files.writeString(what.resolve("plain"), "planted");
        PlainPath.Directory looked = PlainPath.directory("WHAT", what.toString(), "");
        try (HeldDirectory held = HeldDirectory.of(looked)) {
            moved(what, home.resolve("aside"));
            Files.createDirectory(what);
            Files.write(what.resolve(LowerFiles.name(NAMES, 7)), LowerFiles.file(CONTENTS));
            assertThat(LowerDirectory.sample(held.path()).isPlain()).isTrue();
        }
        assertThatThrownBy(() -> HeldDirectory.of(looked)).hasMessageContaining("was replaced meanwhile");
    }

    @Test
    void whatIsReplacedWhileItIsMountedIsTakenAwayAgain() throws IOException {
        Path what = home.resolve("locked");
        Files.write(what.resolve(LowerFiles.name(NAMES, 7)), LowerFiles.file(CONTENTS));
        program("mount", "mv '" + what + "' '" + what + ".old'; ln -s '" + victim + "' '" + what + "'");
        assertThat(mount("ecryptfs").err()).contains("mount failed: '" + what + "' was replaced meanwhile");
        assertThat(called()).containsExactly("umount|-i|-l|-c|/proc/self/cwd/.");
    }

    @Test
    void optionsThatCannotBeSetLeaveNothingMounted() throws IOException {
        program(
                "mount",
                record("mount") + "; case $3 in --bind) ;; *) echo 'mount: no such option' >&2; exit 32 ;; esac");
        assertThat(mount("fscrypt").err()).contains("mount failed: mount: no such option");
        assertThat(called())
                .containsExactly(BIND, "mount|-n|-c|-o|remount,bind,nodev|none|.", "umount|-i|-l|-c|/proc/self/cwd/.");
    }

    @Test
    void unmountingFollowsNoLinkEither() throws IOException {
        Path where = home.resolve("letters");
        Files.writeString(
                mountinfo,
                "21 1 254:1 / / rw - ext4 /dev/vda1 rw\n30 21 254:1 " + home.resolve("locked") + " " + where
                        + " rw - ext4 /dev/vda1 rw\n");
        String line = line(home.resolve("locked"), where, "fscrypt key=letters");
        replaced(where, victim);
        assertThat(run(line, "umount", "--all").err())
                .contains("umount failed: '" + where + "' was replaced meanwhile");
        assertThat(called()).isEmpty();
    }

    /** mount(8) follows links before it calls its helper; the unit tells what the table says. */
    @Test
    void theHelperTakesItsPlacesFromTheUnit() throws IOException {
        Path where = home.resolve("letters");
        replaced(where, victim);
        CommandRun run =
                helper(home.resolve("locked"), where, home.resolve("locked").toString(), victim.toString());
        assertThat(run.err()).contains(": WHERE: '" + where + "' is a symbolic link, to '" + victim + "'");
        assertThat(called()).isEmpty();
    }

    @Test
    void theHelperReadsPlacesAsTheTableWritesThem() throws IOException {
        Path what = directory("line\nbreak \\ x\n");
        Path where = directory("w \n");
        CommandRun run = helper(what, where, "what mount(8)", "made of it");
        assertThat(run.err()).isEmpty();
        assertThat(called()).containsExactly(BIND);
        assertThat(daemon.calls().get(1).parameters()).containsEntry("directory", what.toString());
    }

    private CommandRun helper(Path what, Path where, String... arguments) throws IOException {
        return commandRun()
                .environment(
                        "TPM_KEYRING_LINE",
                        TableField.encode(what.toString()) + " " + TableField.encode(where.toString()))
                .run("mount-helper", arguments[0], arguments[1], "-n", "-o", "type=fscrypt,key=letters");
    }
}
