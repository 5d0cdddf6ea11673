// SPDX-License-Identifier: Apache-2.0
/** What is known of a key but its secret: shared by vaults, which store it, and targets, which act on it. Pure. */
package org.tpmkeyring.key;
