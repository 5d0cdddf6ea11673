// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import java.util.Optional;

/** The version of this build, from the manifest of its jar. */
final class Version {
    private Version() {}

    /** Such as {@code 0.1.0}; {@code unpackaged} when it runs from class files. */
    static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("unpackaged");
    }
}
