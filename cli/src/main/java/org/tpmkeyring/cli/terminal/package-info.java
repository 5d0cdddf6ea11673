// SPDX-License-Identifier: Apache-2.0
/**
 * The person at the other end: questions and recovery keys go to the controlling terminal, never to
 * standard output or error, so that a redirection catches neither. Knows nothing of the daemon.
 */
package org.tpmkeyring.cli.terminal;
