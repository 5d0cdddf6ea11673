// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrypttabOptionsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tpm2-device=auto",
                "tpm2-pcrs=7",
                "tpm2-measure-pcr=yes",
                "fido2-device=auto",
                "fido2-cid=AAAA",
                "pkcs11-uri=pkcs11:token=a;object=b",
                "keyfile-offset=512",
                "keyfile-size=64",
                "keyfile-erase",
                "keyfile-erase=yes",
                "keyscript=/lib/cryptsetup/scripts/decrypt_keyctl",
                "key-slot=0",
                "keyslot=0"
            })
    void whatMakesSomethingElseOfTheKeyFileIsDropped(String option) {
        CrypttabOptions options = new CrypttabOptions("luks,discard," + option + ",nofail");
        assertThat(options.dropped()).containsExactly(option);
        assertThat(options.kept()).isEqualTo("luks,discard,nofail");
        assertThat(options.foreign()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "luks",
                "luks,discard,nofail,timeout=90s",
                ",luks,,noauto,",
                "tries=2,headless,x-initrd.attach,keyfile-timeout=5s",
                "cipher=a\\,tpm2-device=auto",
                ""
            })
    void everythingElseStaysAsItIs(String text) {
        CrypttabOptions options = new CrypttabOptions(text);
        assertThat(options.dropped()).isEmpty();
        assertThat(options.kept()).isEqualTo(text);
        assertThat(options.foreign()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "swap", "tmp", "tmp=ext4", "tcrypt", "tcrypt-hidden", "bitlk", "header=/etc/h"})
    void aVolumeWithoutALuksHeaderOnItsDeviceIsSeen(String option) {
        assertThat(new CrypttabOptions("nofail," + option).foreign()).contains(option);
    }

    @Test
    void ofOptionsThatAllGoNothingIsLeft() {
        assertThat(new CrypttabOptions("tpm2-device=auto").kept()).isEmpty();
    }
}
