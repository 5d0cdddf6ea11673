// SPDX-License-Identifier: Apache-2.0
/**
 * Scripts for bash and zsh that complete commands, options and names. They are made from the model of
 * all commands, so they cannot fall behind it; names of keys and vaults come from the daemon while one
 * types, a name a line, and are never evaluated by the shell.
 */
package org.tpmkeyring.cli.completion;
