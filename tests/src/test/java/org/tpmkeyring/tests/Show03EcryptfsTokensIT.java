// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.testing.Requires;

/** The tokens that land in the keyring are those of ecryptfs-utils. */
class Show03EcryptfsTokensIT {
    private static final Pattern ADD_KEY = Pattern.compile("add_key\\(\"([^\"]+)\", \"([^\"]+)\", \"([^\"]+)\", 740");

    private static final Pattern SIGNATURE = Pattern.compile("auth tok with sig \\[([0-9a-f]{16})\\]");
    private static final long STRANGER = 4731;

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
     * What ecryptfs-add-passphrase puts into a keyring for a passphrase, hex, by signature. It refuses to make a
     * token for file names where the kernel cannot encrypt them, so it is shown a version file that says it can.
     */
    private static Map<String, String> tokensOfEcryptfsUtils(String passphrase) throws IOException {
        Outcome tool = Program.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount -t tmpfs none /sys/fs && mkdir /sys/fs/ecryptfs && echo 1023 >/sys/fs/ecryptfs/version"
                                + " && exec setpriv --reuid=" + STRANGER + " --regid=" + STRANGER
                                + " --clear-groups sh -c 'keyctl link @u @s; ecryptfs-add-passphrase --fnek -'")
                .input(passphrase)
                .inSession()
                .run()
                .ok();
        KernelKeys keys = new KernelKeys(STRANGER);
        Map<String, String> tokens = new LinkedHashMap<>();
        Matcher signature = SIGNATURE.matcher(tool.text());
        while (signature.find()) {
            tokens.put(signature.group(1), keys.payload(signature.group(1)));
        }
        keys.keyctl("clear", "@u").ok();
        return tokens;
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
        Map<String, String> theirs = tokensOfEcryptfsUtils(passphrase);

        assertThat(theirs.keySet()).containsExactlyElementsOf(signatures);
        for (String signature : signatures) {
            assertThat(recorded(signature)).containsExactly(theirs.get(signature));
        }
    }

    @Test
    void theWellKnownSignatureOfThePassphraseTestIsMet() throws IOException {
        machine.cli().makeVault(machine.file("recovery")).ok();
        machine.cli()
                .add(machine.unique("test"), "test".getBytes(StandardCharsets.UTF_8), "--target=ecryptfs")
                .ok();

        assertThat(machine.cli().key(machine.unique("test")).identifiers()).startsWith("d395309aaad4de06");
    }
}
