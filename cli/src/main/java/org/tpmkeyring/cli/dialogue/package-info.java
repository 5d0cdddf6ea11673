// SPDX-License-Identifier: Apache-2.0
/**
 * What the person, a file or standard input answers when the daemon wants a secret, and where an
 * offered one goes. May use {@code client}, {@code secret} and {@code terminal}.
 */
package org.tpmkeyring.cli.dialogue;
