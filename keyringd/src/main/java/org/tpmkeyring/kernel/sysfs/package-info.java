// SPDX-License-Identifier: Apache-2.0
/** What sysfs tells: adapter of {@link org.tpmkeyring.kernel.MappedVolumes}. Known to {@code daemon} alone. */
package org.tpmkeyring.kernel.sysfs;
