// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import org.tpmkeyring.protocol.value.VaultName;
import picocli.CommandLine.ITypeConverter;

/** Reads the name of a vault. */
public final class VaultNameConverter implements ITypeConverter<VaultName> {
    @Override
    public VaultName convert(String text) {
        return new VaultName(text);
    }
}
