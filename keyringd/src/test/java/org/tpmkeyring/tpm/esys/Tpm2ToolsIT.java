// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.policy.PcrPolicy;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.Requires;
import org.tpmkeyring.testing.Secrets;
import org.tpmkeyring.testing.Swtpm;
import org.tpmkeyring.tpm.SealedObject;
import org.tpmkeyring.tpm.TpmException;

/** Somebody else's software looks at what the adapter made: tpm2-tools. */
class Tpm2ToolsIT {
    private static final String SRK = "0x81000001";
    private static final byte[] SECRET = "thirty-two bytes of plain letters".getBytes(StandardCharsets.US_ASCII);

    private Swtpm swtpm;
    private EsysTpm tpm;

    @BeforeEach
    void start() throws IOException {
        Requires.command("tpm2_unseal");
        swtpm = Swtpm.measured();
        tpm = new EsysTpm(swtpm.tcti());
    }

    @AfterEach
    void stop() throws IOException {
        tpm.close();
        swtpm.close();
    }

    private SealedObject sealAndLoad(String pcrs) throws Exception {
        try (SecretBuffer secret = Secrets.of(SECRET)) {
            SealedObject sealed = tpm.seal(secret, tpm.readPcrs(PcrSelection.parse(pcrs)));
            Files.write(swtpm.directory().resolve("public"), sealed.publicArea().toArray());
            Files.write(
                    swtpm.directory().resolve("private"), sealed.privateArea().toArray());
            swtpm.tool("tpm2_load", "-C", SRK, "-u", "public", "-r", "private", "-c", "object");
            return sealed;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:7", "sha256:0,7,14", "sha1:7,23", "sha384:7", "sha512:4,5,6"})
    void they_unseal_the_stored_bytes(String pcrs) throws Exception {
        SealedObject sealed = sealAndLoad(pcrs);
        assertThat(sealed.values().selection()).isEqualTo(PcrSelection.parse(pcrs));
        assertThat(swtpm.tool("tpm2_unseal", "-c", "object", "-p", "pcr:" + pcrs))
                .isEqualTo(new String(SECRET, StandardCharsets.US_ASCII));
    }

    @Test
    void they_are_refused_after_an_extend() throws Exception {
        SealedObject sealed = sealAndLoad("sha256:7");
        swtpm.extend(7, 0x77);
        assertThat(swtpm.tryTool("tpm2_unseal", "-c", "object", "-p", "pcr:sha256:7"))
                .satisfies(outcome -> {
                    assertThat(outcome.status()).isNotZero();
                    assertThat(outcome.output()).isEmpty();
                    assertThat(outcome.errors()).contains("99D");
                });
        swtpm.tool("tpm2_flushcontext", "-t");
        swtpm.tool("tpm2_flushcontext", "-l");
        assertThatThrownBy(() -> tpm.unseal(sealed)).isInstanceOf(TpmException.PcrMismatch.class);
    }

    @Test
    void they_are_refused_without_the_policy() throws Exception {
        assertThat(sealAndLoad("sha256:7").parent().isEmpty()).isFalse();
        assertThat(swtpm.tryTool("tpm2_unseal", "-c", "object")).satisfies(outcome -> {
            assertThat(outcome.status()).isNotZero();
            assertThat(outcome.output()).isEmpty();
            assertThat(outcome.errors()).contains("0x12F");
        });
    }

    @Test
    void the_attributes_are_as_they_show_them() throws Exception {
        assertThat(sealAndLoad("sha256:7").parent().isEmpty()).isFalse();
        assertThat(swtpm.tool("tpm2_readpublic", "-c", "object"))
                .contains("value: fixedtpm|fixedparent|adminwithpolicy|noda")
                .contains("type: \n  value: keyedhash".replace(" \n", "\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:7", "sha256:0,1,2,3,8,14,15,22", "sha1:16,23", "sha384:17"})
    void the_policy_is_the_one_they_compute(String pcrs) throws Exception {
        swtpm.tool("tpm2_createpolicy", "--policy-pcr", "-l", pcrs, "-L", "policy");
        Bytes theirs = Bytes.copyOf(Files.readAllBytes(swtpm.directory().resolve("policy")));
        assertThat(PcrPolicy.policyDigest(tpm.readPcrs(PcrSelection.parse(pcrs))))
                .isEqualTo(theirs);
    }

    @Test
    void the_storage_root_key_is_the_one_of_the_provisioning_guidance() throws Exception {
        assertThat(sealAndLoad("sha256:7").parent().isEmpty()).isFalse();
        assertThat(swtpm.tool("tpm2_getcap", "handles-persistent").strip()).isEqualTo("- 0x81000001");
        String ours = swtpm.tool("tpm2_readpublic", "-c", SRK);
        swtpm.tool("tpm2_flushcontext", "-t");
        swtpm.tool(
                "tpm2_createprimary",
                "-C",
                "o",
                "-G",
                "ecc256:null:aes128cfb",
                "-a",
                "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|restricted|decrypt",
                "-c",
                "primary");
        assertThat(named(swtpm.tool("tpm2_readpublic", "-c", "primary"))).isEqualTo(named(ours));
    }

    private static String named(String readPublic) {
        return readPublic
                .lines()
                .filter(line -> line.startsWith("name: "))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void nothing_is_left_in_the_tpm_after_200_calls_that_went_well_or_wrong() throws Exception {
        try (SecretBuffer secret = Secrets.of(SECRET)) {
            SealedObject good = tpm.seal(secret, tpm.readPcrs(PcrSelection.parse("7")));
            SealedObject bad = tpm.seal(secret, tpm.readPcrs(PcrSelection.parse("6")));
            swtpm.extend(6, 1);
            byte[] broken = good.privateArea().toArray();
            broken[20] ^= 1;
            SealedObject foreign =
                    new SealedObject(good.publicArea(), Bytes.copyOf(broken), good.parent(), good.values());
            for (int i = 0; i < 50; i++) {
                assertThat(tpm.seal(secret, tpm.readPcrs(PcrSelection.parse("7")))
                                .privateArea())
                        .isNotEqualTo(good.privateArea());
                tpm.unseal(good).close();
                assertThatThrownBy(() -> tpm.unseal(bad)).isInstanceOf(TpmException.PcrMismatch.class);
                assertThatThrownBy(() -> tpm.unseal(foreign)).isInstanceOf(TpmException.ForeignObject.class);
            }
        }
        for (String kind : new String[] {"transient", "loaded-session", "saved-session"}) {
            assertThat(swtpm.tool("tpm2_getcap", "handles-" + kind)).as(kind).isBlank();
        }
    }
}
