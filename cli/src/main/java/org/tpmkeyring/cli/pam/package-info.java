// SPDX-License-Identifier: Apache-2.0
/**
 * How Linux-PAM reads its configuration, and what it would do by it (pam.conf(5), pam.d(5)). Pure: it is given the text of
 * files. Nothing here knows which modules are ours.
 */
package org.tpmkeyring.cli.pam;
