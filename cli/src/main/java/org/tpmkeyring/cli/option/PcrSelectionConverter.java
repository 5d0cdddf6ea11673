// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import org.tpmkeyring.protocol.value.PcrSelection;
import picocli.CommandLine.ITypeConverter;

/** Reads a PCR selection in either spelling. */
public final class PcrSelectionConverter implements ITypeConverter<PcrSelection> {
    @Override
    public PcrSelection convert(String text) {
        return PcrSelection.parse(text);
    }
}
