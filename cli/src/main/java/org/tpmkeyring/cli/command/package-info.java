// SPDX-License-Identifier: Apache-2.0
/**
 * One class a command: its options, the request it makes, and what it prints of the reply. {@link
 * org.tpmkeyring.cli.command.DaemonCommand} has what they share.
 */
package org.tpmkeyring.cli.command;
