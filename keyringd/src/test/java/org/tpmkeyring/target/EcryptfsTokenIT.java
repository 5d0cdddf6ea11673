// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tpmkeyring.kernel.keyctl.KeyctlUserKeyrings;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.Requires;
import org.tpmkeyring.testing.Shell;

/**
 * Compares our tokens with those of {@code ecryptfs-add-passphrase --fnek}, byte for byte. The tool refuses
 * file name keys unless /sys/fs/ecryptfs/version says that the kernel can encrypt names, so it is shown such
 * a file in a mount namespace of its own; nothing else of the kernel's eCryptfs takes part.
 */
class EcryptfsTokenIT {
    private static final long UID = 61_021;
    private static final Pattern SIGNATURE = Pattern.compile("auth tok with sig \\[([0-9a-f]{16})\\]");

    @BeforeAll
    static void prerequisites() throws Exception {
        Requires.root();
        Requires.command("ecryptfs-add-passphrase");
        Requires.command("keyctl");
        Requires.command("unshare");
    }

    @AfterEach
    void clear() throws Exception {
        Shell.login(UID, "keyctl clear @u").succeeded();
    }

    static Stream<String> passphrases() {
        return Stream.of("test", "0123456789abcdef0123456789abcdef", "x".repeat(64), "Gr\u00fc\u00dfe, Welt!");
    }

    @ParameterizedTest
    @MethodSource("passphrases")
    void bothTokensEqualThoseOfTheTool(String passphrase) throws Exception {
        List<String> tool = tokensOfTheTool(passphrase);
        Shell.login(UID, "keyctl clear @u").succeeded();
        assertThat(ourTokens(passphrase)).isEqualTo(tool);
        assertThat(tool).hasSize(2).allSatisfy(token -> assertThat(token).hasSize(17 + 2 * 740));
    }

    /** Signature and payload in hex, for contents and for names. */
    private static List<String> tokensOfTheTool(String passphrase) throws Exception {
        String octal = new String(passphrase.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
                .chars()
                .mapToObj(c -> String.format("\\%03o", c))
                .reduce("", String::concat);
        String output = Shell.run("unshare -m sh -c 'mount -t tmpfs none /sys/fs && mkdir /sys/fs/ecryptfs && "
                        + "echo 1023 >/sys/fs/ecryptfs/version && exec setpriv --reuid=" + UID + " --regid=" + UID
                        + " --clear-groups keyctl session - sh' <<'SCRIPT'\nkeyctl link @u @s\nprintf '" + octal
                        + "\\n' | ecryptfs-add-passphrase --fnek -\nSCRIPT")
                .succeeded()
                .output();
        Matcher signature = SIGNATURE.matcher(output);
        return signature.results().map(found -> token(found.group(1))).toList();
    }

    /** As the user himself reads it. */
    private static String token(String signature) {
        try {
            return Shell.login(
                            UID,
                            "echo " + signature + ":$(keyctl pipe %user:" + signature
                                    + " | od -An -v -tx1 | tr -d ' \\n')")
                    .succeeded()
                    .lastLine();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> ourTokens(String passphrase) throws Exception {
        KeySpec spec = new KeySpec(
                UID,
                new KeyName("home"),
                false,
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        try (KeyctlUserKeyrings keyrings = new KeyctlUserKeyrings();
                SecretBuffer secret = TargetFixture.of(passphrase.getBytes(StandardCharsets.UTF_8))) {
            Target target = new EcryptfsTarget(keyrings);
            try (Material material = target.make(spec, secret)) {
                KeyRecord key = TargetFixture.record(target, spec, material);
                target.deliver(UID, key, material.stored()).serials();
                return target.identifiers(key).stream()
                        .map(EcryptfsTokenIT::token)
                        .toList();
            }
        }
    }
}
