// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import org.tpmkeyring.protocol.value.KeyName;
import picocli.CommandLine.ITypeConverter;

/** Reads the name of a key. */
public final class KeyNameConverter implements ITypeConverter<KeyName> {
    @Override
    public KeyName convert(String text) {
        return new KeyName(text);
    }
}
