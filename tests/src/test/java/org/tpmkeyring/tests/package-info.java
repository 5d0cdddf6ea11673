// SPDX-License-Identifier: Apache-2.0
/**
 * What only shows when everything is put together: the tree that {@code ./build} leaves, run as processes of its
 * own against swtpm, the kernel and the tools of others. One class for each thing that is to be shown, numbered
 * as in the issue that asked for it.
 */
package org.tpmkeyring.tests;
