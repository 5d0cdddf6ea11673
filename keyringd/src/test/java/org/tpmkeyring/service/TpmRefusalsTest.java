// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.tpm.TpmException;

final class TpmRefusalsTest {
    private static final List<TpmException> ONE_OF_EACH = List.of(
            new TpmException.Unavailable("device:/dev/tpmrm0", "permission denied", null),
            new TpmException.PcrMismatch(),
            new TpmException.WrongAuth(OptionalInt.empty()),
            new TpmException.InLockout(Duration.ofSeconds(30)),
            new TpmException.ForeignObject("integrity"),
            new TpmException.MalformedObject("attributes"),
            new TpmException.NotSupported("PCR bank sha512", "this TPM has no such bank"),
            new TpmException.UnexpectedCode(0x101, "TPM2_Load", "failure"));

    @Test
    void everyWayToRefuseHasASentenceAndAHintWithoutHoles() {
        Set<Class<?>> tried = ONE_OF_EACH.stream().map(Object::getClass).collect(Collectors.toSet());
        assertThat(tried).containsExactlyInAnyOrder(TpmException.class.getPermittedSubclasses());

        for (TpmException why : ONE_OF_EACH) {
            KeyringException refusal = TpmRefusals.refusal(why, "music");
            assertThat(refusal.kind().fields()).isSubsetOf(refusal.fields().keySet());
            assertThat(refusal.hint()).isNotEmpty();
            assertThat(refusal).hasCause(why);
        }
    }

    @Test
    void tellsAnUnexpectedCodeInHex() {
        assertThat(TpmRefusals.refusal(ONE_OF_EACH.get(7)).sentence())
                .isEqualTo("the TPM answered 0x00000101 to TPM2_Load: failure");
    }
}
