// SPDX-License-Identifier: Apache-2.0
/**
 * The way to keyringd: one connection a call over a JDK unix socket, with deadlines, a check of who
 * listens before a secret crosses, and every failure told in words. Knows nothing of commands.
 */
package org.tpmkeyring.cli.client;
