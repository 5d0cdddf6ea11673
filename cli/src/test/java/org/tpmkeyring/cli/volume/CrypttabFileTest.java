// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.KeyringException;

class CrypttabFileTest {
    private static final Crypttab.Entry DATA = new Crypttab.Entry("data", "UUID=1", "none", "luks");

    @TempDir
    Path root;

    private Path file;

    @BeforeEach
    void etc() throws IOException {
        file = Files.createDirectory(root.resolve("etc")).resolve("crypttab");
    }

    private String permissions() throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private long files() throws IOException {
        try (Stream<Path> all = Files.list(file.getParent())) {
            return all.count();
        }
    }

    @Test
    void oneThatIsNotThereIsEmptyAndIsMade() throws Exception {
        CrypttabFile table = new CrypttabFile(root);
        assertThat(table.read().text()).isEmpty();
        table.change(before -> before.replaced(DATA.line(), ""));
        assertThat(file).doesNotExist();
        table.change(before -> before.with(DATA));
        assertThat(Files.readString(file)).isEqualTo("data UUID=1 none luks\n");
        assertThat(permissions()).isEqualTo("rw-r--r--");
        assertThat(files()).isEqualTo(1);
    }

    @Test
    void permissionsAndForeignBytesAreKept() throws Exception {
        byte[] strange = "# \u00e9\u0080\r\nx /dev/x none".getBytes(StandardCharsets.ISO_8859_1);
        Files.write(file, strange);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        new CrypttabFile(root).change(before -> before.with(DATA));
        new CrypttabFile(root).change(before -> before.replaced(DATA.line(), ""));
        assertThat(Files.readAllBytes(file))
                .isEqualTo("# \u00e9\u0080\r\nx /dev/x none\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(permissions()).isEqualTo("rw-r-----");
        assertThat(files()).isEqualTo(1);
    }

    @Test
    void aLinkToTheFileStaysALink() throws Exception {
        Path real = Files.writeString(
                Files.createDirectory(root.resolve("elsewhere")).resolve("table"), "");
        Files.createSymbolicLink(file, real);
        new CrypttabFile(root).change(before -> before.with(DATA));
        assertThat(file).isSymbolicLink();
        assertThat(Files.readString(real)).isEqualTo("data UUID=1 none luks\n");
    }

    @Test
    void whatCannotBeWrittenIsToldInOneSentence() throws Exception {
        Files.createDirectory(file);
        assertThatThrownBy(() -> new CrypttabFile(root).read())
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining("etc/crypttab cannot be read");
    }
}
