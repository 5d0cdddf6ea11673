// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrBank;
import org.tpmkeyring.tpm.esys.WireReader.MalformedException;

class WireTest {
    @Test
    void writes_big_endian() {
        Bytes wire = new WireWriter()
                .u8(0xAB)
                .u16(0x1234)
                .u32(0xFEDCBA98L)
                .sized(Bytes.ofHex("0102"))
                .raw(Bytes.ofHex("ff"))
                .bytes();
        assertThat(wire.hex()).isEqualTo("ab1234fedcba9800020102ff");
    }

    @Test
    void reads_what_was_written() throws MalformedException {
        WireReader in = new WireReader(Bytes.ofHex("ab1234fedcba9800020102000000000000000700"));
        assertThat(in.u8()).isEqualTo(0xAB);
        assertThat(in.u16()).isEqualTo(0x1234);
        assertThat(in.u32()).isEqualTo(0xFEDCBA98L);
        assertThat(in.sized().hex()).isEqualTo("0102");
        assertThat(in.u64()).isEqualTo(7);
        assertThat(in.remaining()).isEqualTo(1);
        assertThatThrownBy(in::end).isInstanceOf(MalformedException.class);
    }

    @Test
    void writes_nothing_that_does_not_fit() {
        assertThatThrownBy(() -> new WireWriter().u8(256)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WireWriter().u16(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WireWriter().u32(1L << 32)).isInstanceOf(IllegalArgumentException.class);
        Bytes half = Bytes.copyOf(new byte[2048]);
        assertThat(new WireWriter().raw(half).raw(half).bytes().length()).isEqualTo(4096);
        assertThatThrownBy(() -> new WireWriter().raw(half).raw(half).u8(0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void believes_no_length() throws MalformedException {
        assertThatThrownBy(() -> new WireReader(Bytes.ofHex("00")).u16()).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> new WireReader(Bytes.ofHex("000301")).sized()).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> new WireReader(Bytes.ofHex("ffffffff00")).count(1))
                .isInstanceOf(MalformedException.class);
        assertThat(new WireReader(Bytes.ofHex("0000000212345678")).count(2)).isEqualTo(2);
        assertThatThrownBy(() -> new WireReader(Bytes.copyOf(new byte[4097]))).isInstanceOf(MalformedException.class);
    }

    @Test
    void reads_lists_of_banks() throws MalformedException {
        String list = "00000003" + "000b03810080" + "000403000000" + "eeee03ffffff";
        assertThat(PcrBanks.parse(new WireReader(Bytes.ofHex(list))))
                .hasSize(1)
                .hasEntrySatisfying(PcrBank.SHA256, pcrs -> assertThat(pcrs).containsExactly(0, 7, 23));
        assertThatThrownBy(() -> PcrBanks.parse(new WireReader(Bytes.ofHex("00000001000b04ffff"))))
                .isInstanceOf(MalformedException.class);
    }
}
