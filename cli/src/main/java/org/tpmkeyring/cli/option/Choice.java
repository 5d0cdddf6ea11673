// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import picocli.CommandLine.ITypeConverter;

/**
 * Reads one of an enum's constants in the spelling that JSON and this program's answers have.
 *
 * @param <E> the enum
 */
abstract class Choice<E extends Enum<E>> implements ITypeConverter<E>, Iterable<String> {
    private final String argument;
    private final E[] constants;

    Choice(String argument, E[] constants) {
        this.argument = argument;
        this.constants = constants;
    }

    @Override
    public final E convert(String text) {
        for (E constant : constants) {
            if (Words.of(constant).equals(text)) {
                return constant;
            }
        }
        throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", argument)
                .with("reason", "'" + text + "' is not one of " + String.join(", ", words()))
                .build();
    }

    @Override
    public final Iterator<String> iterator() {
        return words().iterator();
    }

    private List<String> words() {
        List<String> words = new ArrayList<>();
        for (E constant : constants) {
            words.add(Words.of(constant));
        }
        return words;
    }
}
