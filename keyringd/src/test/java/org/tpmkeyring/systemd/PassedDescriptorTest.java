// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PassedDescriptorTest {
    private static final long ME = 4711;

    @Test
    void descriptorsBeginAtThreeInTheOrderOfTheirNames() {
        Map<String, String> environment =
                Map.of("LISTEN_PID", "4711", "LISTEN_FDS", "2", "LISTEN_FDNAMES", "varlink:cryptsetup");
        assertThat(PassedDescriptor.in(environment, ME))
                .containsExactly(new PassedDescriptor(3, "varlink"), new PassedDescriptor(4, "cryptsetup"));
    }

    @Test
    void whatWasPassedToAnotherProcessIsNotOurs() {
        Map<String, String> environment = Map.of("LISTEN_PID", "4712", "LISTEN_FDS", "1", "LISTEN_FDNAMES", "varlink");
        assertThat(PassedDescriptor.in(environment, ME)).isEmpty();
        assertThat(PassedDescriptor.in(Map.of("LISTEN_FDS", "1"), ME)).isEmpty();
        assertThat(PassedDescriptor.in(Map.of(), ME)).isEmpty();
    }

    @Test
    void aDescriptorWithoutNameIsUnknown() {
        Map<String, String> environment = Map.of("LISTEN_PID", "4711", "LISTEN_FDS", "2", "LISTEN_FDNAMES", "varlink");
        assertThat(PassedDescriptor.in(environment, ME)).extracting("name").containsExactly("varlink", "unknown");
        assertThat(PassedDescriptor.in(Map.of("LISTEN_PID", "4711", "LISTEN_FDS", "1"), ME))
                .containsExactly(new PassedDescriptor(3, "unknown"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "x", "1x", "99999999999999999999", "0"})
    void aCountThatIsNoneCountsNothing(String count) {
        assertThat(PassedDescriptor.in(Map.of("LISTEN_PID", "4711", "LISTEN_FDS", count), ME))
                .isEmpty();
    }
}
