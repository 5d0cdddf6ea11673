// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.pam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PamParserTest {
    private final Map<String, String> files = new HashMap<>();

    private PamStack parse(String service, PamType type) {
        return PamParser.parse(service, type, this::file).orElseThrow();
    }

    private Optional<PamFile> file(String name) {
        return Optional.ofNullable(files.get(name)).map(text -> new PamFile("/etc/pam.d/" + name, text));
    }

    private static List<String> modules(PamStack stack) {
        return stack.rules().stream().map(PamRule::module).toList();
    }

    @Test
    void aServiceWithoutAFileHasNoStack() {
        assertThat(PamParser.parse("login", PamType.AUTH, this::file)).isEmpty();
    }

    @Test
    void rulesOfOneGroupAreReadWithBracketsCommentsDashesAndBrokenLines() {
        files.put("s", """
                # auth required pam_never.so

                AUTH\trequired pam_a.so nullok # why
                -auth  [success=1  default=ignore]\tpam_b.so x=[1 2]
                session required pam_other.so
                auth \\
                   optional \\
                   /lib/security/pam_c.so
                auth required
                nonsense required pam_n.so
                auth optional pam_last.so""");
        PamStack stack = parse("s", PamType.AUTH);
        assertThat(modules(stack)).containsExactly("pam_a.so", "pam_b.so", "/lib/security/pam_c.so", "pam_last.so");
        assertThat(stack.rules().stream().map(rule -> rule.place().line())).containsExactly(3, 4, 6, 11);
        assertThat(stack.rules().get(1).control().text()).isEqualTo("[success=1  default=ignore]");
        assertThat(stack.indexOf("pam_c.so")).isEqualTo(2);
        assertThat(stack.indexOf("pam_other.so")).isNegative();
    }

    @Test
    void includesAreInTheirPlacesAndTheTrailTellsTheWay() {
        files.put("s", "auth required pam_1.so\n@include common\nauth include more\nauth required pam_5.so\n");
        files.put("common", "auth required pam_2.so\nsession required pam_s.so\n@include deep\n");
        files.put("deep", "auth required pam_3.so\n");
        files.put("more", "session include deep\nauth required pam_4.so\n");
        PamStack stack = parse("s", PamType.AUTH);
        assertThat(modules(stack)).containsExactly("pam_1.so", "pam_2.so", "pam_3.so", "pam_4.so", "pam_5.so");
        assertThat(stack.rules().get(2).trail())
                .containsExactly(
                        new PamPlace("/etc/pam.d/s", 2),
                        new PamPlace("/etc/pam.d/common", 3),
                        new PamPlace("/etc/pam.d/deep", 1));
        assertThat(modules(parse("s", PamType.SESSION))).containsExactly("pam_s.so");
    }

    @Test
    void whatIncludesItselfAndWhatIsNotThereEnds() {
        files.put("s", "@include t\nauth include missing\n@include s\nauth required pam_a.so\n");
        files.put("t", "auth substack s\nauth required pam_b.so\n");
        assertThat(modules(parse("s", PamType.AUTH))).containsExactly("", "pam_b.so", "pam_a.so");
    }

    @Test
    void filesThatEachIncludeTwoOthersAreNotReadWithoutEnd() {
        for (int i = 0; i < 40; i++) {
            files.put("f" + i, ("@include f" + (i + 1) + "\n").repeat(2) + "auth required pam_" + i + ".so\n");
        }
        assertThat(parse("f0", PamType.AUTH).rules()).hasSizeLessThanOrEqualTo(1 << 17);
    }

    @Test
    void aJumpCountsASubstackAsOneAndDoesNotLeaveIt() {
        files.put("s", """
                auth [success=2 default=ignore] pam_jump.so
                auth substack sub
                auth requisite pam_deny.so
                auth required pam_after.so
                """);
        files.put("sub", """
                auth [success=9 default=ignore] pam_far.so
                auth sufficient pam_enough.so
                auth required pam_end.so
                """);
        PamStack stack = parse("s", PamType.AUTH);
        int after = stack.indexOf("pam_after.so");
        assertThat(stack.next(stack.indexOf("pam_jump.so"))).isEqualTo(after);
        assertThat(stack.next(stack.indexOf("pam_far.so"))).isEqualTo(stack.indexOf("pam_deny.so"));
        assertThat(stack.next(stack.indexOf("pam_enough.so"))).isEqualTo(stack.indexOf("pam_deny.so"));
        assertThat(stack.next(stack.indexOf("pam_end.so"))).isEqualTo(stack.indexOf("pam_deny.so"));
        assertThat(stack.next(after)).isEqualTo(stack.rules().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "optional",
                "OPTIONAL",
                "[success=ok default=ignore]",
                "[default=ignore]",
                "[success=ok new_authtok_reqd=ok ignore=ignore default=ignore]"
            })
    void aHarmlessControlGoesOn(String control) {
        assertThat(PamControl.of(control).isHarmless()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "required",
                "requisite",
                "sufficient",
                "anything",
                "[success=ok]",
                "[success=1 default=ignore]",
                "[success=done default=ignore]",
                "[success=ok default=bad]",
                "[success=ok module_unknown=die default=ignore]",
                "[default=ok]"
            })
    void anyOtherDoesNot(String control) {
        assertThat(PamControl.of(control).isHarmless()).isFalse();
    }
}
