// SPDX-License-Identifier: Apache-2.0
/**
 * Secrets on their way between a file, standard input or the terminal and the socket. They live in
 * direct buffers only and are overwritten after use. May use {@code terminal} and {@code protocol}.
 */
package org.tpmkeyring.cli.secret;
