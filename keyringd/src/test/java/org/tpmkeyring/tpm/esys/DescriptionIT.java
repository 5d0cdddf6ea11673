// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.Requires;
import org.tpmkeyring.testing.Secrets;
import org.tpmkeyring.testing.Swtpm;
import org.tpmkeyring.tpm.SelfTestReport;
import org.tpmkeyring.tpm.TpmProperty;

/** What the TPM tells of itself, next to what tpm2-tools tell of it. */
class DescriptionIT {
    private Swtpm swtpm;
    private EsysTpm tpm;

    @BeforeEach
    void start() throws IOException {
        swtpm = Swtpm.measured();
        tpm = new EsysTpm(swtpm.tcti());
    }

    @AfterEach
    void stop() throws IOException {
        tpm.close();
        swtpm.close();
    }

    private Map<String, String> properties() throws Exception {
        return tpm.properties().stream()
                .collect(Collectors.toMap(p -> p.section() + "/" + p.name(), TpmProperty::value));
    }

    @Test
    void who_made_it_and_to_which_specification() throws Exception {
        String theirs = swtpm.tool("tpm2_getcap", "properties-fixed");
        Map<String, String> ours = properties();
        assertThat(ours)
                .containsEntry("Identity/TPM version", "2.0")
                .containsEntry("Identity/Manufacturer", "IBM")
                .containsEntry("Identity/Vendor id", "0x49424d00")
                .containsEntry("Identity/Vendor string", "SW TPM")
                .containsEntry("Specification/Level", "0")
                .containsKeys("Identity/Firmware version", "Identity/Vendor specific", "Specification/Errata date");
        assertThat(theirs).contains("value: \"IBM\"").contains("value: " + ours.get("Specification/Revision"));
    }

    @Test
    void what_it_can() throws Exception {
        Map<String, String> ours = properties();
        assertThat(ours.get("Algorithms/Hashes")).contains("SHA-1, SHA-256, SHA-384, SHA-512");
        assertThat(ours.get("Algorithms/Ciphers and modes")).contains("AES", "CFB");
        assertThat(ours.get("Algorithms/Asymmetric")).contains("RSA", "ECC");
        assertThat(ours.get("Algorithms/Signatures")).contains("RSASSA", "ECDSA");
        assertThat(ours.get("Algorithms/ECC curves")).contains("NIST P-256");
        assertThat(ours).containsEntry("Algorithms/Encrypted communication", "AES-128 in CFB mode");
        assertThat(ours).containsEntry("PCR banks/sha256", "PCRs 0 to 23");
        assertThat(ours.get("Capacity/Loaded objects")).isEqualTo("room for 3, at least 3 by design");
        String algorithms = ours.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("Algorithms/"))
                .map(Map.Entry::getValue)
                .collect(Collectors.joining(", "));
        long theirs = swtpm.tool("tpm2_getcap", "algorithms")
                .lines()
                .filter(line -> line.endsWith(":") && !line.startsWith(" "))
                .count();
        long curves = swtpm.tool("tpm2_getcap", "ecc-curves").lines().count();
        assertThat(List.of(algorithms.split(", "))).hasSize((int) (theirs + curves + 1));
    }

    @Test
    void how_its_lockout_is_set() throws Exception {
        swtpm.tool("tpm2_dictionarylockout", "-s", "-n", "5", "-t", "600", "-l", "86400");
        assertThat(properties())
                .containsEntry("Lockout/In lockout", "no")
                .containsEntry("Lockout/Failed authorisations", "0 of 5")
                .containsEntry("Lockout/One is forgotten after", "600 s")
                .containsEntry("Lockout/Recovery after a wrong lockout password", "86400 s")
                .containsEntry("Lockout/Lockout password set", "no");
        swtpm.tool("tpm2_changeauth", "-c", "l", "secret");
        assertThat(properties()).containsEntry("Lockout/Lockout password set", "yes");
    }

    @Test
    void its_clock() throws Exception {
        String before = properties().get("Clock/Reset count");
        swtpm.stop();
        swtpm.start();
        assertThat(properties().get("Clock/Reset count")).isNotEqualTo(before).matches("[0-9]+");
        assertThat(swtpm.tool("tpm2_readclock"))
                .contains("reset_count: " + properties().get("Clock/Reset count"))
                .contains("restart_count: " + properties().get("Clock/Restart count"));
    }

    @Test
    void its_storage_root_key() throws Exception {
        assertThat(properties().get("Storage root key/State")).startsWith("not made yet");
        try (SecretBuffer secret = Secrets.random(32)) {
            tpm.unseal(tpm.seal(secret, tpm.readPcrs(PcrSelection.parse("7")))).close();
        }
        Map<String, String> ours = properties();
        assertThat(ours).containsEntry("Storage root key/State", "present, ECC");
        assertThat(swtpm.tool("tpm2_readpublic", "-c", "0x81000001"))
                .contains("name: " + ours.get("Storage root key/Name"));
    }

    @Test
    void its_endorsement_certificates() throws Exception {
        assertThat(properties())
                .containsEntry("Endorsement certificate/RSA 2048", "not present")
                .containsEntry("Endorsement certificate/ECC P-256", "not present");
        writeCertificate();
        assertThat(properties())
                .containsEntry("Endorsement certificate/RSA 2048", "not present")
                .containsEntry("Endorsement certificate/ECC P-256 issuer", "O=Chips and Fish")
                .containsEntry(
                        "Endorsement certificate/ECC P-256 subject",
                        "O=Chips and Fish, manufacturer id:49424D00, model swtpm, version id:20191023")
                .containsKey("Endorsement certificate/ECC P-256 valid");
    }

    private void writeCertificate() throws IOException {
        Requires.command("openssl");
        Path folder = swtpm.directory();
        Files.writeString(folder.resolve("cnf"), """
                [req]
                distinguished_name = dn
                x509_extensions = ext
                prompt = no
                [dn]
                O = Chips and Fish
                [ext]
                subjectAltName = dirName:san
                [san]
                1.2.23.133.2.1 = id:49424D00
                2.2.23.133.2.2 = swtpm
                3.2.23.133.2.3 = id:20191023
                """);
        swtpm.tool(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "key",
                "-config",
                "cnf",
                "-outform",
                "der",
                "-out",
                "der",
                "-days",
                "9");
        String size = String.valueOf(Files.size(folder.resolve("der")) + 7);
        swtpm.tool(
                "tpm2_nvdefine", "-C", "o", "-s", size, "-a", "ownerread|ownerwrite|authread|authwrite", "0x01C0000A");
        swtpm.tool("tpm2_nvwrite", "-C", "o", "-i", "der", "0x01C0000A");
    }

    @Test
    void its_self_test() throws Exception {
        SelfTestReport report = tpm.selfTest(true);
        assertThat(report.passed()).isTrue();
        assertThat(report.resultCode()).isZero();
        assertThat(report.verdict()).isEqualTo("all tests passed");
        assertThat(swtpm.tool("tpm2_gettestresult")).contains("success");
    }
}
