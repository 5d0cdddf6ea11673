// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.Optional;
import org.tpmkeyring.protocol.api.Check;

/** Short ways to write findings down. */
final class Checks {
    private Checks() {}

    static Check ok(String name, String finding) {
        return new Check(name, Check.Verdict.OK, finding, Optional.empty());
    }

    static Check note(String name, String finding) {
        return new Check(name, Check.Verdict.NOTE, finding, Optional.empty());
    }

    static Check warning(String name, String finding, String advice) {
        return new Check(name, Check.Verdict.WARNING, finding, Optional.of(advice));
    }

    static Check problem(String name, String finding, String advice) {
        return new Check(name, Check.Verdict.PROBLEM, finding, Optional.of(advice));
    }
}
