// SPDX-License-Identifier: Apache-2.0
/** Values that client and daemon check by the same rules. Immutable, pure, without input or output. */
package org.tpmkeyring.protocol.value;
