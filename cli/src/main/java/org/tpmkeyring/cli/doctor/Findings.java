// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.api.Check;

/** Collects findings in the order in which they are told. */
public final class Findings {
    private final List<Check> checks = new ArrayList<>();

    /** All is well. */
    public Findings ok(String name, String finding) {
        return add(name, Check.Verdict.OK, finding, null);
    }

    /** Worth knowing. */
    public Findings note(String name, String finding, String advice) {
        return add(name, Check.Verdict.NOTE, finding, advice);
    }

    /** It works, but not as it should. */
    public Findings warning(String name, String finding, String advice) {
        return add(name, Check.Verdict.WARNING, finding, advice);
    }

    /** It does not work. */
    public Findings problem(String name, String finding, String advice) {
        return add(name, Check.Verdict.PROBLEM, finding, advice);
    }

    /** What somebody else found. */
    public Findings addAll(List<Check> others) {
        checks.addAll(others);
        return this;
    }

    public List<Check> all() {
        return List.copyOf(checks);
    }

    private Findings add(String name, Check.Verdict verdict, String finding, String advice) {
        checks.add(new Check(name, verdict, finding, Optional.ofNullable(advice)));
        return this;
    }
}
