// SPDX-License-Identifier: Apache-2.0
/**
 * Mounting and unmounting with keys of keyringd. The work is done by mount(8) and its like as child
 * processes, under a time limit each; keys are found by the kernel, no secret comes here.
 */
package org.tpmkeyring.cli.mount;
