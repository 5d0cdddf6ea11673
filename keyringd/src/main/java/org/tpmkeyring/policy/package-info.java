// SPDX-License-Identifier: Apache-2.0
/**
 * PCR selections, their digests and what PCRs mean. Pure.
 */
package org.tpmkeyring.policy;
