// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.pam;

import java.util.List;

/**
 * One rule of a stack.
 *
 * @param control of the rule; of a substack, one that goes on
 * @param module as written; empty for the beginning of a substack, which jumps count as one
 * @param level of substacks around it
 * @param trail where it is: the line in the service's own file, which may include the file of the next, and so on
 */
public record PamRule(PamType type, PamControl control, String module, int level, List<PamPlace> trail) {
    public PamRule {
        trail = List.copyOf(trail);
    }

    /** The last part of the module's path. */
    public String moduleName() {
        return module.substring(module.lastIndexOf('/') + 1);
    }

    /** Where it is written. */
    public PamPlace place() {
        return trail.get(trail.size() - 1);
    }
}
