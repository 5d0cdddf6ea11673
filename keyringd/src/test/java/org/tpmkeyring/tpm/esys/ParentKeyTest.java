// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.tpm.esys.WireReader.MalformedException;

class ParentKeyTest {
    private static final long SRK = 0x81000001L;

    private static Bytes serialised(long handle, int resource, Bytes publicArea) throws MalformedException {
        return new WireWriter()
                .u32(handle)
                .sized(PublicArea.parse(publicArea).name())
                .u32(resource)
                .raw(publicArea)
                .bytes();
    }

    @Test
    void is_taken_apart() throws MalformedException {
        Bytes serialised = serialised(SRK, 1, Templates.storageRootKey());
        ParentKey key = ParentKey.parse(serialised);
        assertThat(key.handle()).isEqualTo(SRK);
        assertThat(key.name().hex()).startsWith("000b").hasSize(68);
        assertThat(key.serialised()).isEqualTo(serialised);
        assertThat(key.isStorageKey()).isTrue();
    }

    @Test
    void a_sealed_object_is_no_storage_key() throws MalformedException {
        Bytes sealed = Templates.sealedObject(Bytes.copyOf(new byte[32]));
        assertThat(ParentKey.parse(serialised(SRK, 1, sealed)).isStorageKey()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {0x80000000L, 0x80FFFFFFL, 0x81800000L, 0x40000001L, 0x02000000L, 0})
    void only_the_owners_persistent_handles_will_do(long handle) {
        assertThatThrownBy(() -> ParentKey.parse(serialised(handle, 1, Templates.storageRootKey())))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void the_name_must_be_that_of_the_public_area() throws MalformedException {
        byte[] changed = serialised(SRK, 1, Templates.storageRootKey()).toArray();
        changed[changed.length - 6] ^= 1;
        assertThatThrownBy(() -> ParentKey.parse(Bytes.copyOf(changed))).isInstanceOf(MalformedException.class);
    }

    @Test
    void every_shortened_or_lengthened_one_is_refused() throws MalformedException {
        byte[] whole = serialised(SRK, 1, Templates.storageRootKey()).toArray();
        for (int length = 0; length < whole.length; length++) {
            Bytes part = Bytes.copyOf(java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> ParentKey.parse(part)).isInstanceOf(MalformedException.class);
        }
        Bytes longer = Bytes.copyOf(java.util.Arrays.copyOf(whole, whole.length + 1));
        assertThatThrownBy(() -> ParentKey.parse(longer)).isInstanceOf(MalformedException.class);
    }

    @Test
    void other_resources_are_refused() {
        assertThatThrownBy(() -> ParentKey.parse(serialised(SRK, 2, Templates.storageRootKey())))
                .isInstanceOf(MalformedException.class);
    }
}
