// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import org.tpmkeyring.cli.output.JsonMode;

/** The values of {@code --json}. */
public final class JsonChoices extends Choice<JsonMode> {
    public JsonChoices() {
        super("--json", JsonMode.values());
    }
}
