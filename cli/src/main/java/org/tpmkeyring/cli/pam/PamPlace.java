// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.pam;

/**
 * A line of a file.
 *
 * @param file absolute path
 * @param line counted from 1; the first of those that a backslash makes one
 */
public record PamPlace(String file, int line) {
    @Override
    public String toString() {
        return file + " line " + line;
    }
}
