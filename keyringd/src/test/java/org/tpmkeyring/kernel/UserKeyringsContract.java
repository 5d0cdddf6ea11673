// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.secret.SecretBuffer;

/** What holds for the fake and for the kernel. Each test has a description of its own. */
public abstract class UserKeyringsContract {
    protected static final EncryptedKeyShape SHAPE = new EncryptedKeyShape("default", "contract-master", 64);

    protected abstract UserKeyrings keyrings();

    /** Somebody whose keyring the tests may fill. */
    protected abstract long uid();

    /** Takes the key out of the keyring by hand. */
    protected abstract void unlinkByHand(KernelKeyType type, String description) throws Exception;

    /** Makes the key unusable by hand. */
    protected abstract void revokeByHand(KernelKeyType type, String description) throws Exception;

    /** Lets the key run out. */
    protected abstract void expireByHand(KernelKeyType type, String description) throws Exception;

    /** The user puts a key of his own in the place of ours. */
    protected abstract void replaceByHand(KernelKeyType type, String description) throws Exception;

    public static SecretBuffer secret(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        SecretBuffer secret = SecretBuffer.allocate(bytes.length);
        return secret.withBytes(buffer -> {
            buffer.put(bytes);
            return secret;
        });
    }

    private KeySerial deliver(String description) throws KernelException {
        try (SecretBuffer payload = secret("payload of " + description)) {
            return keyrings().deliver(uid(), KernelKeyType.USER, description, payload, true);
        }
    }

    private Presence find(String description) throws KernelException {
        return keyrings().find(uid(), KernelKeyType.USER, description);
    }

    @Test
    void nothingIsLocked() throws Exception {
        assertThat(find("contract-nothing")).isEqualTo(new Presence(KeyState.LOCKED, Optional.empty()));
    }

    @Test
    void aDeliveredKeyIsFoundUnderItsSerial() throws Exception {
        KeySerial serial = deliver("contract-found");
        assertThat(find("contract-found")).isEqualTo(new Presence(KeyState.DELIVERED, Optional.of(serial)));
        assertThat(keyrings().find(uid(), KernelKeyType.LOGON, "contract-found").state())
                .isEqualTo(KeyState.LOCKED);
    }

    @Test
    void aSecondDeliveryTakesThePlaceOfTheFirst() throws Exception {
        KeySerial first = deliver("contract-twice");
        KeySerial second = deliver("contract-twice");
        assertThat(second).isNotEqualTo(first);
        assertThat(find("contract-twice").serial()).contains(second);
    }

    @Test
    void aRemovedKeyIsGoneAndRemovingAgainSaysSo() throws Exception {
        KeySerial serial = deliver("contract-removed");
        assertThat(find("contract-removed").serial()).contains(serial);
        assertThat(keyrings().remove(uid(), KernelKeyType.USER, "contract-removed"))
                .isTrue();
        assertThat(find("contract-removed").state()).isEqualTo(KeyState.LOCKED);
        assertThat(keyrings().remove(uid(), KernelKeyType.USER, "contract-removed"))
                .isFalse();
    }

    @Test
    void aKeyThatWasUnlinkedByHandIsPutBack() throws Exception {
        KeySerial first = deliver("contract-unlinked");
        unlinkByHand(KernelKeyType.USER, "contract-unlinked");
        assertThat(find("contract-unlinked").state()).isEqualTo(KeyState.LOCKED);
        assertThat(deliver("contract-unlinked")).isNotEqualTo(first);
        assertThat(find("contract-unlinked").state()).isEqualTo(KeyState.DELIVERED);
    }

    @Test
    void aRevokedKeyIsToldAndPutBack() throws Exception {
        KeySerial first = deliver("contract-revoked");
        revokeByHand(KernelKeyType.USER, "contract-revoked");
        assertThat(find("contract-revoked").state()).isEqualTo(KeyState.REVOKED);
        assertThat(deliver("contract-revoked")).isNotEqualTo(first);
        assertThat(find("contract-revoked").state()).isEqualTo(KeyState.DELIVERED);
    }

    @Test
    void anExpiredKeyIsToldAndPutBack() throws Exception {
        KeySerial first = deliver("contract-expired");
        expireByHand(KernelKeyType.USER, "contract-expired");
        assertThat(find("contract-expired").state()).isEqualTo(KeyState.EXPIRED);
        assertThat(deliver("contract-expired")).isNotEqualTo(first);
        assertThat(find("contract-expired").state()).isEqualTo(KeyState.DELIVERED);
    }

    @Test
    void aKeyOfSomebodyElseIsToldNotRemovedAndReplacedByTheNextDelivery() throws Exception {
        KeySerial first = deliver("contract-replaced");
        replaceByHand(KernelKeyType.USER, "contract-replaced");
        assertThat(find("contract-replaced").state()).isEqualTo(KeyState.REPLACED);
        assertThat(keyrings().remove(uid(), KernelKeyType.USER, "contract-replaced"))
                .isFalse();
        assertThat(find("contract-replaced").state()).isEqualTo(KeyState.REPLACED);
        assertThat(deliver("contract-replaced")).isNotEqualTo(first);
        assertThat(find("contract-replaced").state()).isEqualTo(KeyState.DELIVERED);
    }

    @Test
    void whatWasDeliveredIsReadBack() throws Exception {
        KeySerial serial = deliver("contract-read");
        try (SecretBuffer expected = secret("payload of contract-read");
                SecretBuffer read = read("contract-read").orElseThrow()) {
            assertThat(read.constantTimeEquals(expected)).isTrue();
        }
        assertThat(find("contract-read").serial()).contains(serial);
        try (SecretBuffer again = read("contract-read").orElseThrow()) {
            assertThat(again.size()).isEqualTo("payload of contract-read".length());
        }
    }

    @Test
    void nothingAndForeignKeysAreNotRead() throws Exception {
        assertThat(read("contract-unread")).isEmpty();
        KeySerial ours = deliver("contract-unread");
        replaceByHand(KernelKeyType.USER, "contract-unread");
        assertThat(read("contract-unread")).isEmpty();
        assertThat(deliver("contract-gone")).isNotEqualTo(ours);
        revokeByHand(KernelKeyType.USER, "contract-gone");
        assertThat(read("contract-gone")).isEmpty();
    }

    @Test
    void aLogonKeyIsNotRead() throws Exception {
        try (SecretBuffer payload = secret("payload")) {
            KeySerial serial = keyrings().deliver(uid(), KernelKeyType.LOGON, "contract:unread", payload, false);
            assertThatThrownBy(() -> keyrings().read(uid(), KernelKeyType.LOGON, "contract:unread"))
                    .isInstanceOf(KernelException.class);
            assertThat(keyrings()
                            .find(uid(), KernelKeyType.LOGON, "contract:unread")
                            .serial())
                    .contains(serial);
        }
    }

    private Optional<SecretBuffer> read(String description) throws KernelException {
        return keyrings().read(uid(), KernelKeyType.USER, description);
    }

    @Test
    void aLogonKeyNeedsAPrefix() throws Exception {
        try (SecretBuffer payload = secret("payload")) {
            KeySerial serial = keyrings().deliver(uid(), KernelKeyType.LOGON, "contract:logon", payload, false);
            assertThat(keyrings()
                            .find(uid(), KernelKeyType.LOGON, "contract:logon")
                            .serial())
                    .contains(serial);
            assertThatThrownBy(() -> keyrings().deliver(uid(), KernelKeyType.LOGON, "contract-logon", payload, false))
                    .isInstanceOfSatisfying(
                            KernelException.class,
                            e -> assertThat(e.getMessage()).contains("EINVAL"));
        }
    }

    @Test
    void theLargestPayloadGoesInAndOneByteMoreDoesNot() throws Exception {
        try (SecretBuffer largest = SecretBuffer.allocate(32_767);
                SecretBuffer tooLarge = SecretBuffer.allocate(32_768)) {
            KeySerial serial = keyrings().deliver(uid(), KernelKeyType.USER, "contract-largest", largest, true);
            assertThatThrownBy(() -> keyrings().deliver(uid(), KernelKeyType.USER, "contract-largest", tooLarge, true))
                    .isInstanceOf(KernelException.class);
            assertThat(find("contract-largest").serial()).contains(serial);
        }
    }

    @Test
    void anEncryptedKeyIsLoadedFromWhatWasExportedAndOnlyUnderItsMaster() throws Exception {
        try (SecretBuffer master = secret("0123456789abcdef0123456789abcdef");
                SecretBuffer other = secret("0123456789abcdef0123456789abcdeX")) {
            Bytes exported = keyrings().makeEncrypted(SHAPE, master);
            assertThat(new String(exported.toArray(), StandardCharsets.US_ASCII))
                    .startsWith("default user:contract-master 64 ");
            KeySerial serial = keyrings().loadEncrypted(uid(), "contract-encrypted", SHAPE, exported, master);
            assertThat(keyrings().find(uid(), KernelKeyType.ENCRYPTED, "contract-encrypted"))
                    .isEqualTo(new Presence(KeyState.DELIVERED, Optional.of(serial)));
            assertThatThrownBy(() -> keyrings().loadEncrypted(uid(), "contract-encrypted", SHAPE, exported, other))
                    .isInstanceOf(KernelException.class);
            assertThat(keyrings()
                            .find(uid(), KernelKeyType.ENCRYPTED, "contract-encrypted")
                            .state())
                    .isEqualTo(KeyState.DELIVERED);
        }
    }

    @Test
    void theUsualTypesAreSupported() {
        assertThat(keyrings().supports(KernelKeyType.USER)).isTrue();
        assertThat(keyrings().supports(KernelKeyType.LOGON)).isTrue();
        assertThat(keyrings().supports(KernelKeyType.ENCRYPTED)).isTrue();
        assertThat(keyrings().supports(KernelKeyType.FSCRYPT_PROVISIONING)).isTrue();
    }
}
