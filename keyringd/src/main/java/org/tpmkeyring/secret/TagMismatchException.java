// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

/**
 * Something does not open under this key and these associated data: another key sealed it, or it was changed.
 * Which of the two cannot be told.
 */
public final class TagMismatchException extends Exception {
    private static final long serialVersionUID = 1L;

    public TagMismatchException() {
        super("it was sealed under another key, or it was changed since");
    }
}
