// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.pam;

/**
 * A file of rules.
 *
 * @param path absolute
 * @param text all of it
 */
public record PamFile(String path, String text) {}
