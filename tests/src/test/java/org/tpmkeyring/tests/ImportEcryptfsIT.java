// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.testing.Requires;

/** A directory like the one that ecryptfs-setup-private makes, by the tools that it calls, and its import. */
class ImportEcryptfsIT {
    private static final long ALICE = 4732;
    private static final String MOUNT = "0123456789abcdef0123456789abcdef";
    private static final String PASSWORD = "correct horse";
    private static final Pattern SIGNATURE = Pattern.compile("auth tok with sig \\[([0-9a-f]{16})\\]");

    private Machine machine;
    private Path kept;
    private List<String> signatures;

    @BeforeEach
    void aPrivateDirectory() throws IOException {
        Requires.root();
        Requires.command("ecryptfs-wrap-passphrase");
        Requires.command("ecryptfs-add-passphrase");
        machine = Machine.start();
        kept = Files.createDirectory(machine.file("kept"));
        Program.of("ecryptfs-wrap-passphrase", wrapped().toString(), "-")
                .input(MOUNT + "\n" + PASSWORD)
                .run()
                .ok();
        signatures = signaturesOfTheTool();
        Files.writeString(kept.resolve("Private.sig"), String.join("\n", signatures) + "\n");
        Files.createFile(kept.resolve("auto-mount"));
        Program.of("chown", "-R", ALICE + ":" + ALICE, kept.toString()).run().ok();
        forget();
    }

    @AfterEach
    void stop() throws IOException {
        machine.cli().run("lock", "--all", "--user=" + ALICE);
        machine.close();
        forget();
    }

    private Path wrapped() {
        return kept.resolve("wrapped-passphrase");
    }

    private static void forget() throws IOException {
        new KernelKeys(ALICE).keyctl("clear", "@u").ok();
    }

    /** As Show03 does it: the tool wants to see a kernel that encrypts names. */
    private static List<String> signaturesOfTheTool() throws IOException {
        String words = Program.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount -t tmpfs none /sys/fs && mkdir /sys/fs/ecryptfs && echo 1023 >/sys/fs/ecryptfs/version"
                                + " && exec setpriv --reuid=" + ALICE + " --regid=" + ALICE
                                + " --clear-groups sh -c 'keyctl link @u @s; ecryptfs-add-passphrase --fnek -'")
                .input(MOUNT)
                .inSession()
                .run()
                .ok()
                .text();
        Matcher found = SIGNATURE.matcher(words);
        return found.results().map(match -> match.group(1)).toList();
    }

    private Outcome imported(String password, String... options) throws IOException {
        return machine.cli()
                .command("import", "ecryptfs", "--user=" + ALICE, "--from=" + kept, "--password-file=-")
                .with("--tpm2-pcrs=7", "--recovery-key-file=" + machine.file("recovery"))
                .with(options)
                .input(password + "\n")
                .run();
    }

    private KeyInfo key() throws IOException {
        return machine.as(0)
                .json(org.tpmkeyring.protocol.api.ShowKey.Reply.class, "show", "private", "--user=" + ALICE)
                .key();
    }

    @Test
    void itsKeysAreThereAfterAnUnlockWithoutAnyPassword() throws IOException {
        byte[] before = Files.readAllBytes(wrapped());
        imported(PASSWORD).ok();

        assertThat(key().identifiers()).isEqualTo(signatures);
        ListVaults.Reply vaults = machine.cli().json(ListVaults.Reply.class, "vault", "list", "--user=" + ALICE);
        assertThat(vaults.vaults())
                .singleElement()
                .satisfies(vault -> assertThat(vault.when()).isEqualTo(When.LOGIN));
        machine.cli().run("lock", "--user=" + ALICE).ok();
        assertThat(key().state()).isEqualTo(KeyState.LOCKED);
        machine.cli().run("unlock", "--user=" + ALICE).ok();
        for (String signature : signatures) {
            assertThat(new KernelKeys(ALICE).find("user", signature)).isPresent();
        }
        assertThat(machine.cli()
                        .run("show", "private", "--secret", "--user=" + ALICE)
                        .ok()
                        .text())
                .isEqualTo(MOUNT);
        assertThat(Files.readAllBytes(wrapped())).isEqualTo(before);
        Outcome again = machine.cli()
                .command("import", "ecryptfs", "again", "--user=" + ALICE, "--from=" + kept, "--password-file=-")
                .input(PASSWORD)
                .run();
        assertThat(again.status()).isEqualTo(10);
        assertThat(again.errors()).contains("its key 'private' exists already");
    }

    @Test
    void aWrongPasswordLeavesNothingBehind() throws IOException {
        Outcome refused = imported("correct hors");

        assertThat(refused.status()).isEqualTo(3);
        assertThat(refused.errors()).contains("the password is wrong").contains("--user " + ALICE);
        assertThat(machine.file("recovery")).doesNotExist();
        assertThat(machine.cli()
                        .json(ListVaults.Reply.class, "vault", "list", "--user=" + ALICE)
                        .vaults())
                .isEmpty();
    }

    /** Root reads no file for a user that the user could not read himself. */
    @Test
    void aLinkToAFileOfRootIsNotRead() throws IOException {
        Files.move(wrapped(), machine.file("secret"));
        Files.createSymbolicLink(wrapped(), machine.file("secret"));

        assertThat(imported(PASSWORD).errors()).contains("is not trusted: it is a symbolic link");
    }

    @Test
    void whatBelongsToAThirdIsNotRead() throws IOException {
        Program.of("chown", "4733", wrapped().toString()).run().ok();

        assertThat(imported(PASSWORD).errors()).contains("it belongs neither to uid " + ALICE + " nor to root");
    }
}
