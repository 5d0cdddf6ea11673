// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import org.tpmkeyring.protocol.value.When;

/** The values of {@code --when}. */
public final class WhenChoices extends Choice<When> {
    public WhenChoices() {
        super("--when", When.values());
    }
}
