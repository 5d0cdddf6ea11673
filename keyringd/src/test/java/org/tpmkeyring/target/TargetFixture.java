// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Volume;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.InMemoryFscrypt;
import org.tpmkeyring.testing.InMemoryKeyrings;
import org.tpmkeyring.testing.InMemoryVolumes;

/** What the tests of targets share. */
abstract class TargetFixture {
    static final long OWNER = 1000;

    final InMemoryKeyrings keyrings = new InMemoryKeyrings();
    final InMemoryFscrypt fscrypt = new InMemoryFscrypt();
    final InMemoryVolumes volumes = new InMemoryVolumes();

    @AfterEach
    void wipe() {
        keyrings.close();
    }

    static KeySpec made(String name) {
        return spec(name, true, OptionalInt.empty(), null);
    }

    static KeySpec given(String name) {
        return spec(name, false, OptionalInt.empty(), null);
    }

    static KeySpec sized(String name, int sizeBytes) {
        return spec(name, true, OptionalInt.of(sizeBytes), null);
    }

    static KeySpec described(String name, String description) {
        return spec(name, true, OptionalInt.empty(), description);
    }

    private static KeySpec spec(String name, boolean generate, OptionalInt sizeBytes, String description) {
        return new KeySpec(
                OWNER,
                new KeyName(name),
                generate,
                sizeBytes,
                Optional.ofNullable(description),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static KeySpec withFormat(KeySpec spec, String format) {
        return new KeySpec(
                spec.owner(),
                spec.name(),
                spec.generate(),
                spec.sizeBytes(),
                spec.description(),
                Optional.of(format),
                spec.mount(),
                spec.directory(),
                spec.opens());
    }

    static KeySpec at(KeySpec spec, String mount, String directory) {
        return new KeySpec(
                spec.owner(),
                spec.name(),
                spec.generate(),
                spec.sizeBytes(),
                spec.description(),
                spec.format(),
                Optional.ofNullable(mount),
                Optional.ofNullable(directory),
                spec.opens());
    }

    /** The same for root. */
    static KeySpec ofRoot(KeySpec spec) {
        return new KeySpec(
                0,
                spec.name(),
                spec.generate(),
                spec.sizeBytes(),
                spec.description(),
                spec.format(),
                spec.mount(),
                spec.directory(),
                spec.opens());
    }

    static KeySpec opening(KeySpec spec, String device, String uuid, String identity) {
        return new KeySpec(
                spec.owner(),
                spec.name(),
                spec.generate(),
                spec.sizeBytes(),
                spec.description(),
                spec.format(),
                spec.mount(),
                spec.directory(),
                Optional.of(new Volume(
                        Optional.ofNullable(device), Optional.ofNullable(uuid), Optional.ofNullable(identity))));
    }

    static KeyRecord record(Target target, KeySpec spec, Material material) {
        return new KeyRecord(spec.name(), target.type(), material.attributes(), material.sizeBytes(), 0);
    }

    /** A secret with recognisable bytes. */
    static SecretBuffer counting(int sizeBytes) {
        SecretBuffer secret = SecretBuffer.allocate(sizeBytes);
        return secret.withBytes(bytes -> {
            while (bytes.hasRemaining()) {
                bytes.put((byte) bytes.position());
            }
            return secret;
        });
    }

    static SecretBuffer of(byte... octets) {
        SecretBuffer secret = SecretBuffer.allocate(octets.length);
        return secret.withBytes(bytes -> {
            bytes.put(octets);
            return secret;
        });
    }

    static String hex(SecretBuffer testSecret) {
        return testSecret.withBytes(bytes -> {
            byte[] octets = new byte[bytes.remaining()];
            bytes.get(octets);
            return HexFormat.of().formatHex(octets);
        });
    }

    static void refused(ErrorKind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KeyringException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
