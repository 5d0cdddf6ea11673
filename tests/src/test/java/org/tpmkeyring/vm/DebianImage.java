// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code tests/vm/make-image} made for a release of Debian. Nothing ever writes to it.
 *
 * @param release 12 or 13
 * @param folder where disk, kernel and initrds are
 */
record DebianImage(int release, Path folder) {
    /**
     * The image of a release.
     *
     * @throws IllegalStateException when it was not made yet: these tests were asked for, so that is no reason to
     *     skip them
     */
    static DebianImage of(int release) {
        String images = System.getProperty("tpmkeyring.images");
        if (images == null) {
            throw new IllegalStateException(
                    "tests in virtual machines run under ./verify --vm, or as in tests/vm/README.md");
        }
        DebianImage image = new DebianImage(release, Path.of(images, "debian-" + release));
        if (Files.notExists(image.folder.resolve("key"))) {
            throw new IllegalStateException("there is no image in " + image.folder
                    + ", make it with tests/vm/make-image " + release + " PACKAGE.deb");
        }
        return image;
    }

    Path disk() {
        return folder.resolve("disk");
    }

    Path kernel() {
        return folder.resolve("vmlinuz");
    }

    /** The initial RAM disk, or one with one file more, which measures otherwise. */
    Path initrd(boolean changed) {
        return folder.resolve(changed ? "initrd-changed" : "initrd");
    }
}
