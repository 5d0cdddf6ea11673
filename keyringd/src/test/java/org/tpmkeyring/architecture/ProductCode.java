// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.architecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;

/** The product's own classes: no test classes, neither from a folder nor from the jar by which modules share them. */
public final class ProductCode implements ImportOption {
    private static final ImportOption NO_FOLDERS = new ImportOption.DoNotIncludeTests();

    @Override
    public boolean includes(Location location) {
        return NO_FOLDERS.includes(location) && !location.contains("-tests.jar");
    }
}
