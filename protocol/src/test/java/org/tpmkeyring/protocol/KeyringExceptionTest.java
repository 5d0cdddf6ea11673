// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class KeyringExceptionTest {
    @Test
    void sentenceAndHintAreFilledFromTheFields() {
        KeyringException refusal =
                KeyringException.of(ErrorKind.NO_SUCH_KEY).with("name", "home").build();
        assertThat(refusal.sentence()).isEqualTo("there is no key 'home'");
        assertThat(refusal.hint()).isEqualTo("tpm-keyring list");
        assertThat(refusal).hasMessage("there is no key 'home'");
    }

    @Test
    void aFieldThatIsNotKnownLeavesNoGap() {
        KeyringException refusal = KeyringException.of(ErrorKind.BAD_SIZE)
                .with("target", "user")
                .with("size", 0)
                .with("reason", "it is empty")
                .build();
        assertThat(refusal.hint()).isEqualTo("tpm-keyring add --target user --generate");
    }

    @Test
    void anOuterLayerAddsButDoesNotReplace() {
        KeyringException inner = KeyringException.of(ErrorKind.NO_SUCH_PROTECTOR)
                .with("protector", "tpm2-1")
                .build();
        KeyringException outer = inner.with("vault", "default").with("protector", "other");
        assertThat(outer.sentence()).isEqualTo("vault 'default' has no protector 'tpm2-1'");
        assertThat(outer.getCause().getCause()).isSameAs(inner);
    }

    @Test
    void theHintCanBeAnotherOne() {
        KeyringException refusal = KeyringException.of(ErrorKind.UNEXPECTED)
                .with("detail", "x")
                .with("hint", "ls\n-la")
                .build();
        assertThat(refusal.hint()).isEqualTo("ls\\u000a-la");
    }

    @Test
    void aFieldIsNeverReadAsATemplate() {
        KeyringException refusal = KeyringException.of(ErrorKind.NO_SUCH_VAULT)
                .with("vault", "{vault}$1\\")
                .build();
        assertThat(refusal.sentence()).isEqualTo("there is no vault '{vault}$1\\'");
    }

    @Property
    void aMessageStaysOneLineThatAnyTerminalCanShow(@ForAll String typed) {
        String sentence = KeyringException.of(ErrorKind.NO_SUCH_KEY)
                .with("name", typed)
                .build()
                .sentence();
        assertThat(sentence.codePoints())
                .noneMatch(c -> Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT
                        || Character.getType(c) == Character.SURROGATE
                        || Character.getType(c) == Character.LINE_SEPARATOR
                        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR);
    }
}
