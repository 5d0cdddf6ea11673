// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tpmkeyring.cli.mount.MountedPlaces.Place;
import org.tpmkeyring.cli.mounttab.MountTable;

/** What status says of a line of the mount table is what mount would say. */
final class MountedPlacesTest {
    private static final String MOUNTS = """
            21 1 254:1 / / rw - ext4 /dev/vda1 rw
            40 21 254:2 / /data rw - ext4 /dev/vdb rw
            41 21 0:50 / /srv/photos rw - ecryptfs /srv/.photos rw
            42 21 254:2 /v /srv/vault rw - ext4 /dev/vdb rw
            43 21 0:51 / /srv/pool rw - bcachefs /dev/none1:/dev/none2 rw
            44 21 0:52 / /srv/tmp rw - tmpfs none rw
            45 21 0:53 / /tank/x rw - zfs tank/my\\040data rw
            """;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/srv/.photos /srv/photos ecryptfs | MOUNTED",
                "/srv/.other /srv/photos ecryptfs | ANOTHER",
                "/srv/.photos /srv/tmp ecryptfs | ANOTHER",
                "/srv/.photos /srv/none ecryptfs | NOT_MOUNTED",
                "/data/v /srv/vault fscrypt | MOUNTED",
                "/data/w /srv/vault fscrypt | ANOTHER",
                "/data/v /srv/tmp fscrypt | ANOTHER",
                "/dev/none1 /srv/pool bcachefs | MOUNTED",
                "/dev/none2 /srv/pool bcachefs | ANOTHER",
                "tank/my\\040data none zfs | MOUNTED",
                "tank none zfs | NOT_MOUNTED"
            })
    void aPlaceIsComparedWithItsLine(String line, Place place) throws IOException {
        Path mountinfo = Files.writeString(directory.resolve("mountinfo"), MOUNTS);
        MountTable table = MountTable.parse((line + " key=k\n").getBytes(StandardCharsets.UTF_8));
        assertThat(MountedPlaces.read(mountinfo)
                        .orElseThrow()
                        .of(table.entries().get(0)))
                .isEqualTo(place);
    }

    @Test
    void whereTheKernelDoesNotTellNothingIsKnown() {
        assertThat(MountedPlaces.read(directory.resolve("mountinfo"))).isEmpty();
    }
}
