// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.cli.mounttab.MountTable;

/** What has to be mounted before what. */
final class MountOrderTest {
    private static List<String> order(String... lines) {
        MountTable table = MountTable.parse(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        assertThat(table.problems()).isEmpty();
        return MountOrder.sorted(table.entries()).stream().map(MountEntry::name).toList();
    }

    @Test
    void whatLiesBelowAnotherMountPointComesAfterIt() {
        assertThat(order(
                        "/x /srv/a/b/c fscrypt key=k",
                        "/y /srv/a fscrypt key=k",
                        "/z /srv/a/b fscrypt key=k",
                        "/w /srv/a-b fscrypt key=k"))
                .containsExactly("/srv/a", "/srv/a-b", "/srv/a/b", "/srv/a/b/c");
    }

    @Test
    void whatIsTakenFromAnotherMountPointComesAfterIt() {
        assertThat(order(
                        "/srv/z/.lower /home/a ecryptfs key=k",
                        "/dev/vdb /srv/z bcachefs key=k",
                        "/srv/z /mnt/whole fscrypt key=k"))
                .containsExactly("/srv/z", "/home/a", "/mnt/whole");
    }

    @Test
    void aDirectoryBoundToItselfAndADatasetWaitForNobody() {
        assertThat(order("/d/v /d/v fscrypt key=k", "tank/a none zfs key=k")).containsExactly("/d/v", "tank/a");
    }

    @Test
    void aCircleIsMountedAsItStands() {
        assertThat(order("/b/x /a fscrypt key=k", "/a/x /b fscrypt key=k")).containsExactly("/a", "/b");
    }
}
