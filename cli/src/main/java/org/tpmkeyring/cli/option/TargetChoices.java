// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import org.tpmkeyring.protocol.value.TargetType;

/** The values of {@code --target}. */
public final class TargetChoices extends Choice<TargetType> {
    public TargetChoices() {
        super("--target", TargetType.values());
    }
}
