// SPDX-License-Identifier: Apache-2.0
/** Thread affinity as a class: one platform thread that owns what belongs to threads. */
package org.tpmkeyring.concurrent;
