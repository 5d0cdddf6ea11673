// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeAddressTest {
    private static byte[] address(String path) {
        return ("\1\0" + path).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void theAddressOfSystemdCryptsetupNamesTheVolume() {
        assertThat(VolumeAddress.parse(address("\0d7067f78d9827418/cryptsetup/data-1.x")))
                .contains("data-1.x");
        assertThat(VolumeAddress.parse(address("\0a/cryptsetup/" + "v".repeat(64))))
                .contains("v".repeat(64));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\0",
                "d7067f78/cryptsetup/data",
                "\0d7067f78/cryptsetup/",
                "\0d7067f78/cryptsetup/data\0",
                "\0d7067f78/cryptsetup/da ta",
                "\0d7067f78/cryptsetup/../data",
                "\0d7067f78/cryptsetup/data\n",
                "\0D7067F78/cryptsetup/data",
                "\0/cryptsetup/data",
                "\0x/y/cryptsetup/data",
                "/run/cryptsetup/data"
            })
    void anyOtherNamesNone(String path) {
        assertThat(VolumeAddress.parse(address(path))).isEmpty();
    }

    @Property
    void garbageNamesNoneOrAName(@ForAll byte[] bytes) {
        VolumeAddress.parse(bytes).ifPresent(name -> assertThat(name).matches("[A-Za-z0-9._-]{1,64}"));
    }

    @Test
    void aNameThatIsTooLongIsNone() {
        assertThat(VolumeAddress.parse(address("\0a/cryptsetup/" + "v".repeat(65))))
                .isEmpty();
        assertThat(VolumeAddress.parse()).isEmpty();
    }
}
