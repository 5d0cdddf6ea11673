// SPDX-License-Identifier: Apache-2.0
/**
 * The table of what is mounted with keys of keyringd, {@code /etc/tpm-keyring/mounttab}. Pure: text goes in,
 * entries and what is wrong with the others come out.
 */
package org.tpmkeyring.cli.mounttab;
