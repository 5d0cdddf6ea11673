// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.value.Bytes;

final class RuntimeRecordFileTest {
    private static final Bytes OLD = Bytes.copyOf("old".getBytes(StandardCharsets.US_ASCII));
    private static final Bytes NEW = Bytes.copyOf("new contents".getBytes(StandardCharsets.US_ASCII));

    @TempDir
    Path parent;

    private Path directory;
    private long uid;

    @BeforeEach
    void begin() throws IOException {
        directory = parent.resolve("run");
        uid = Integer.toUnsignedLong((int) Files.getAttribute(parent, "unix:uid"));
    }

    private RuntimeRecordFile record() {
        return RuntimeRecordFile.in(directory, "door", uid);
    }

    private void mode(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private void assertUnsafe(String reason) {
        assertThatThrownBy(record()::read)
                .isInstanceOf(StoreException.Unsafe.class)
                .hasMessageContaining(reason);
    }

    @Test
    void keepsWhatIsWrittenUntilItIsDeleted() throws Exception {
        assertThat(record().read()).isEmpty();
        record().write(OLD);
        record().write(NEW);
        assertThat(record().read()).contains(NEW);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("door"))))
                .isEqualTo("rw-------");
        record().delete();
        record().delete();
        assertThat(record().read()).isEmpty();
    }

    @Test
    void livesInADirectoryThatEverybodyMayEnter() throws Exception {
        Files.createDirectory(directory);
        mode(directory, "rwxr-xr-x");
        record().write(OLD);
        assertThat(record().read()).contains(OLD);
    }

    @Test
    void believesNothingThatOthersCouldHaveWritten() throws Exception {
        record().write(OLD);
        mode(directory, "rwxrwx---");
        assertUnsafe("others may write in it");
        assertThatThrownBy(() -> record().write(NEW)).isInstanceOf(StoreException.Unsafe.class);
        mode(directory, "rwx------");
        mode(directory.resolve("door"), "rw-r--r--");
        assertUnsafe("it has mode 0644");
        mode(directory.resolve("door"), "rw-------");
        Files.createLink(directory.resolve("other"), directory.resolve("door"));
        assertUnsafe("it has 2 names");
        assertThatThrownBy(RuntimeRecordFile.in(directory, "door", uid + 1)::read)
                .hasMessageContaining("it belongs to uid");
    }

    @Test
    void followsNoLink() throws Exception {
        record().write(OLD);
        Files.move(directory.resolve("door"), parent.resolve("elsewhere"));
        Files.createSymbolicLink(directory.resolve("door"), parent.resolve("elsewhere"));
        assertUnsafe("it is not a regular file");
        Files.move(directory, parent.resolve("real"));
        Files.createSymbolicLink(directory, parent.resolve("real"));
        assertThatThrownBy(() -> record().write(NEW)).hasMessageContaining("it is not a directory");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void aCrashLeavesTheOldOrTheNewContents(int operations) throws Exception {
        record().write(OLD);
        CrashingOperations machine = new CrashingOperations(operations, false);
        Throwable death = catchThrowable(() -> new RuntimeRecordFile(directory, "door", uid, machine).write(NEW));

        assertThat(death == null).isEqualTo(!machine.crashed());
        assertThat(record().read())
                .hasValueSatisfying(found -> assertThat(found).isIn(OLD, NEW));
        record().write(NEW);
        assertThat(record().read()).contains(NEW);
    }

    @Test
    void aFullDiskIsTold() throws Exception {
        record().write(OLD);
        CrashingOperations machine = new CrashingOperations(1, true);
        assertThatThrownBy(() -> new RuntimeRecordFile(directory, "door", uid, machine).write(NEW))
                .isInstanceOf(StoreException.Failed.class)
                .hasMessageContaining("No space left on device");
        assertThat(record().read()).contains(OLD);
    }
}
