// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import org.tpmkeyring.protocol.api.ProtectorType;

/** The kinds of protector. */
public final class ProtectorChoices extends Choice<ProtectorType> {
    public ProtectorChoices() {
        super("protector type", ProtectorType.values());
    }
}
