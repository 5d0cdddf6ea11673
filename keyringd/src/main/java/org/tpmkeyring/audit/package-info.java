// SPDX-License-Identifier: Apache-2.0
/** What the machine's owner is to find in the log: events with fields, and the port that tells them. Pure. */
package org.tpmkeyring.audit;
