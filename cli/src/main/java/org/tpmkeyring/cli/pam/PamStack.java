// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.pam;

import java.util.List;

/**
 * The rules of one service and one management group, in their order, included ones in their places.
 *
 * @param service name of the service
 */
public record PamStack(String service, PamType type, List<PamRule> rules) {
    public PamStack {
        rules = List.copyOf(rules);
    }

    /** Index of the first rule with this module, below 0 where there is none. */
    public int indexOf(String module) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).moduleName().equals(module)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the module of a rule, once it succeeds, keeps the rest of its stack from being run. */
    public boolean ends(int index) {
        return rules.get(index).control().endsOnSuccess();
    }

    /**
     * Which rule is next once the module of one succeeds; the number of rules where there is none. A substack is one rule
     * to who stands before it, and who stands in it does not get out by a jump (_pam_dispatch_aux of libpam).
     */
    public int next(int index) {
        int level = rules.get(index).level();
        int next = index + 1;
        if (ends(index)) {
            while (isWithin(next, level)) {
                next++;
            }
            return next;
        }
        for (int left = rules.get(index).control().jumpOnSuccess(); left > 0 && isWithin(next, level); left--) {
            next++;
            while (isWithin(next, level + 1)) {
                next++;
            }
        }
        return next;
    }

    private boolean isWithin(int index, int level) {
        return index < rules.size() && rules.get(index).level() >= level;
    }
}
