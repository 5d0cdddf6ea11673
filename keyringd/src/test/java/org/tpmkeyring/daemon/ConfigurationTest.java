// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tpmkeyring.authz.UserRange;
import org.tpmkeyring.protocol.value.PcrSelection;

final class ConfigurationTest {
    private static final Path SHIPPED = Path.of(System.getProperty("basedir", "."), "..", "systemd", "keyringd.conf");

    @TempDir
    Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("keyringd.conf"), text);
    }

    private static Configuration read(Path file) throws ConfigurationException {
        return Configuration.of(ConfigurationFile.read(file));
    }

    private void assertRefused(String text, String message) throws IOException {
        Path file = file(text);
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(file + message)
                .hasMessageNotContainingAny("\n");
    }

    @Test
    void withoutAFileTheDefaultsHold() throws Exception {
        assertThat(read(directory.resolve("absent")))
                .isEqualTo(new Configuration(
                        "device:/dev/tpmrm0",
                        Path.of("/var/lib/tpm-keyring"),
                        Path.of("/run/tpm-keyring/org.tpmkeyring"),
                        Path.of("/run/tpm-keyring"),
                        Path.of("/run/tpm-keyring/cryptsetup"),
                        16,
                        new UserRange(1000, 60000),
                        PcrSelection.parse("7:sha256"),
                        Optional.of(15),
                        Duration.ofMinutes(2),
                        System.Logger.Level.INFO));
    }

    @Test
    void theShippedFileSaysNothingButTheDefaults() throws Exception {
        assertThat(ConfigurationFile.read(SHIPPED)).isEmpty();
        List<String> settings = new ArrayList<>();
        for (String line : Files.readAllLines(SHIPPED)) {
            if (line.matches("#[A-Za-z0-9]+=.*")) {
                settings.add(line.substring(1));
            }
        }
        assertThat(settings)
                .containsExactlyElementsOf(Arrays.stream(Setting.values())
                        .map(setting -> setting.key() + "=" + setting.defaultText())
                        .toList());
        Path uncommented = file(String.join("\n", settings));
        assertThat(read(uncommented)).isEqualTo(read(directory.resolve("absent")));
    }

    @Test
    void everySettingOfTheShippedFileIsExplained() throws Exception {
        List<String> lines = Files.readAllLines(SHIPPED);
        for (Setting setting : Setting.values()) {
            int at = lines.indexOf("#" + setting.key() + "=" + setting.defaultText());
            assertThat(lines.get(at - 1)).as(setting.key()).startsWith("#");
        }
        assertThat(lines).allMatch(line -> line.length() <= 110);
    }

    @Test
    void everySettingIsRead() throws Exception {
        Path file = file("""
                # a comment
                TPM2Device = swtpm:path=/tmp/a=b

                  StateDirectory=/a/../b
                Socket=/s
                RuntimeDirectory=/r
                MaxVaultsPerUser=0
                UserUidMin=500
                UserUidMax=501
                DefaultPCRs=sha384:7,14
                DoorPCR=12
                LoginPasswordSeconds=30
                LogLevel=Debug
                """);
        assertThat(read(file))
                .isEqualTo(new Configuration(
                        "swtpm:path=/tmp/a=b",
                        Path.of("/b"),
                        Path.of("/s"),
                        Path.of("/r"),
                        Path.of("/cryptsetup"),
                        0,
                        new UserRange(500, 501),
                        PcrSelection.parse("7+14:sha384"),
                        Optional.of(12),
                        Duration.ofSeconds(30),
                        System.Logger.Level.DEBUG));
    }

    @Test
    void theKeySocketGoesWithTheOther() throws Exception {
        assertThat(read(file("Socket=/tmp/x/s")).cryptsetupSocket()).isEqualTo(Path.of("/tmp/x/cryptsetup"));
    }

    @Test
    void dropInsGoBeforeTheFileAndBeforeEachOtherByName() throws Exception {
        Path file = file("MaxVaultsPerUser=1\nUserUidMin=1\nLogLevel=error\n");
        Path dropIns = Files.createDirectory(directory.resolve("keyringd.conf.d"));
        Files.writeString(dropIns.resolve("20-b.conf"), "MaxVaultsPerUser=3");
        Files.writeString(dropIns.resolve("10-a.conf"), "MaxVaultsPerUser=2\nUserUidMin=2\n");
        Files.writeString(dropIns.resolve("30.conf.disabled"), "nonsense");
        Configuration read = read(file);
        assertThat(read.maxVaultsPerUser()).isEqualTo(3);
        assertThat(read.users()).isEqualTo(new UserRange(2, 60000));
        assertThat(read.logLevel()).isEqualTo(System.Logger.Level.ERROR);
        Path bad = Files.writeString(dropIns.resolve("40.conf"), "\nLogLevel=loud");
        assertThatThrownBy(() -> read(file)).hasMessage(bad + ":2: 'loud' is none of error, warning, info and debug");
    }

    @Test
    void dropInsCountWithoutTheFileToo() throws Exception {
        Path dropIns = Files.createDirectory(directory.resolve("keyringd.conf.d"));
        Files.writeString(dropIns.resolve("a.conf"), "MaxVaultsPerUser=5");
        assertThat(read(directory.resolve("keyringd.conf")).maxVaultsPerUser()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "Nonsense=1 | :1: there is no setting Nonsense",
                "socket=/a | :1: there is no setting socket",
                "CryptsetupSocket=/run/x | :1: there is no setting CryptsetupSocket, correct or delete this line",
                "[Service] | :1: a line is Key=Value",
                "=x | :1: there is no setting ",
                "MaxVaultsPerUser=-1 | :1: '-1' is no number from 0 to 10000",
                "MaxVaultsPerUser=10001 | :1: '10001' is no number",
                "MaxVaultsPerUser=1e3 | :1: '1e3' is no number",
                "LoginPasswordSeconds=601 | :1: '601' is no number from 0 to 600",
                "MaxVaultsPerUser= | :1: '' is no number",
                "UserUidMin=0 | :1: '0' is no number from 1 to 4294967294",
                "UserUidMax=4294967295 | :1: '4294967295' is no number",
                "UserUidMax=999 | :1: '999' is below UserUidMin=1000",
                "DefaultPCRs=24 | :1: PCR selection '24' is not valid: there is no PCR 24, they go from 0 to 23",
                "DefaultPCRs=7:md5 | :1: PCR selection '7:md5' is not valid",
                "DoorPCR=on | :1: 'on' is neither off nor a PCR from 0 to 15",
                "DoorPCR=16 | :1: '16' is neither off nor a PCR from 0 to 15; those above can be reset",
                "DoorPCR=23 | :1: '23' is neither off nor a PCR from 0 to 15",
                "DoorPCR=7 | :1: '7' is in DefaultPCRs too, which would shut login vaults as well",
                "RuntimeDirectory=run | :1: 'run' is no absolute path",
                "Socket=relative | :1: 'relative' is no absolute path",
                "StateDirectory= | :1: '' is no absolute path",
                "TPM2Device=/dev/tpmrm0 | :1: '/dev/tpmrm0' is no TCTI string",
                "LogLevel=off | :1: 'off' is none of error"
            })
    void aBadLineIsRefusedWithItsPlace(String line, String message) throws Exception {
        assertRefused(line, message);
    }

    @Test
    void thereNeedBeNoDoor() throws Exception {
        assertThat(read(file("DoorPCR=off")).doorPcr()).isEmpty();
    }

    @Test
    void aDaemonWithASocketOfItsOwnKeepsItsRecordsBesideIt() throws Exception {
        assertThat(read(file("Socket=/tmp/private/socket")).runtimeDirectory()).isEqualTo(Path.of("/tmp/private"));
        assertThat(read(file("Socket=/socket")).runtimeDirectory()).isEqualTo(Path.of("/"));
    }

    @Test
    void aFileThatIsNoTextIsRefused() throws Exception {
        Path file = Files.write(directory.resolve("keyringd.conf"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(file + ": it cannot be read");
        Path large = Files.write(directory.resolve("large"), new byte[1024 * 1024 + 1]);
        assertThatThrownBy(() -> read(large)).hasMessageContaining("longer than");
    }
}
