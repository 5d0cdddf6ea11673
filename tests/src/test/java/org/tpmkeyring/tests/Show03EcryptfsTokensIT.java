// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.testing.Requires;

/** The tokens that land in the keyring are those of ecryptfs-utils. */
class Show03EcryptfsTokensIT {
    private static final Pattern ADD_KEY = Pattern.compile("add_key\\(\"([^\"]+)\", \"([^\"]+)\", \"([^\"]+)\", 740");

    private Machine machine;
    private Path trace;

    @BeforeEach
    void startWithEverySystemCallAddKeyOnRecord() throws IOException {
        Requires.root();
        Requires.command("strace");
        Requires.command("ecryptfs-add-passphrase");
        machine = Machine.withoutDaemon();
        trace = machine.file("trace");
        machine.startDaemon(
                List.of(
                        "strace",
                        "-D",
                        "-f",
                        "-qq",
                        "-xx",
                        "-s",
                        "1024",
                        "-e",
                        "trace=add_key",
                        "-o",
                        trace.toString()),
                "");
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    /**
     * What {@code ecryptfs-add-passphrase --fnek} puts into a keyring for a passphrase: the token with this signature,
     * hex. Takes both tokens out again. The tool wants to see a kernel with eCryptfs that encrypts file names, so it is
     * shown the version of one (include/linux/ecryptfs.h, ECRYPTFS_VERSIONING_MASK).
     */
    private static String tokenOfEcryptfsUtils(String passphrase, List<String> signatures, int index)
            throws IOException {
        Path home = Folder.fresh("ecryptfs-home-");
        try {
            Outcome token = Program.of(
                            "unshare",
                            "--mount",
                            "--propagation=private",
                            "sh",
                            "-c",
                            "mount -t tmpfs none /sys/fs && mkdir /sys/fs/ecryptfs"
                                    + " && echo 511 >/sys/fs/ecryptfs/version"
                                    + " && ecryptfs-add-passphrase --fnek - >&2 && keyctl pipe %user:" + signatures.get(index)
                                    + "; s=$?; for k in " + String.join(" ", signatures)
                                    + "; do keyctl unlink %user:$k @u >&2; done; exit $s")
                    .env("HOME", home.toString())
                    .input(passphrase)
                    .inSession()
                    .run()
                    .ok();
            return HexFormat.of().formatHex(token.output());
        } finally {
            Folder.delete(home);
        }
    }

    private List<String> recorded(String signature) throws IOException {
        List<String> payloads = new ArrayList<>();
        for (String line : Files.readAllLines(trace)) {
            Matcher call = ADD_KEY.matcher(line);
            if (call.find() && unescaped(call.group(2)).equals(signature)) {
                payloads.add(call.group(3).replace("\\x", ""));
            }
        }
        return payloads;
    }

    private static String unescaped(String hex) {
        return new String(HexFormat.of().parseHex(hex.replace("\\x", "")), StandardCharsets.US_ASCII);
    }

    @Test
    void bothTokensAreByteForByteThoseOfEcryptfsUtils() throws IOException {
        String passphrase = machine.unique("correct horse battery staple");
        String name = machine.unique("home");
        machine.cli().makeVault(machine.file("recovery")).ok();
        machine.cli()
                .add(name, passphrase.getBytes(StandardCharsets.UTF_8), "--target=ecryptfs")
                .ok();

        List<String> signatures = machine.cli().key(name).identifiers();
        assertThat(signatures).hasSize(2);
        machine.cli().run("lock").ok();

        for (int i = 0; i < signatures.size(); i++) {
            assertThat(recorded(signatures.get(i))).containsExactly(tokenOfEcryptfsUtils(passphrase, signatures, i));
        }
    }

    @Test
    void theWellKnownSignaturesOfThePassphraseTestAreMet() throws IOException {
        machine.cli().makeVault(machine.file("recovery")).ok();
        machine.cli()
                .add(machine.unique("test"), "test".getBytes(StandardCharsets.UTF_8), "--target=ecryptfs")
                .ok();

        assertThat(machine.cli().key(machine.unique("test")).identifiers())
                .containsExactly("d395309aaad4de06", "be877764c5918621");
    }
}
