// SPDX-License-Identifier: Apache-2.0
/** Start, wiring, configuration, life cycle. The only package that knows the adapters. */
package org.tpmkeyring.daemon;
