// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tpmkeyring.cli.client.Patience;
import org.tpmkeyring.cli.testing.ScriptedTerminal;
import org.tpmkeyring.protocol.ErrorKind;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The manual cannot fall behind the program: every command, option and exit status is in it, and no other. */
class ManPageTest {
    private static final Path PAGE = Path.of("../docs/man/tpm-keyring.1.adoc");
    private static final int SHARED_ORDER = 90;

    private static String page() throws IOException {
        return Files.readString(PAGE);
    }

    /** Text from a heading to the next one that is not below it. */
    private static String section(String heading, String marks) throws IOException {
        MatchResult start = Pattern.compile("(?m)^" + marks + " " + Pattern.quote(heading) + "( .*)?$")
                .matcher(page())
                .results()
                .findFirst()
                .orElseThrow(() -> new AssertionError("no section " + heading));
        String rest = page().substring(start.end());
        MatchResult end = Pattern.compile("(?m)^={2," + marks.length() + "} ")
                .matcher(rest)
                .results()
                .findFirst()
                .orElseThrow();
        return rest.substring(0, end.start());
    }

    private static CommandSpec root() {
        Host host = new Host(
                System.out,
                System.err,
                null,
                Map.of(),
                new ScriptedTerminal(),
                false,
                false,
                Path.of("/"),
                Duration.ZERO,
                Patience.real());
        return new CommandTree(host).all().getCommandSpec();
    }

    private static void collect(CommandSpec spec, List<CommandSpec> into) {
        for (CommandLine member : spec.subcommands().values()) {
            CommandSpec below = member.getCommandSpec();
            if (below.usageMessage().hidden()) {
                continue;
            }
            if (below.subcommands().isEmpty()) {
                into.add(below);
            }
            collect(below, into);
        }
    }

    private static String words(CommandSpec command) {
        return command.qualifiedName().substring("tpm-keyring ".length());
    }

    @TestFactory
    Stream<DynamicTest> everyCommandHasASectionWithItsOptions() {
        List<CommandSpec> commands = new ArrayList<>();
        collect(root(), commands);
        assertThat(commands).hasSizeGreaterThan(20);
        return commands.stream()
                .map(command -> DynamicTest.dynamicTest(words(command), () -> {
                    String text = section(words(command), "===");
                    for (OptionSpec option : command.options()) {
                        if (option.order() < SHARED_ORDER
                                && !option.longestName().equals("--user")) {
                            assertThat(text)
                                    .as("option of " + words(command))
                                    .contains("*" + option.longestName() + "*");
                        }
                    }
                }));
    }

    @Test
    void everyOptionOfAllCommandsIsExplainedOnce() throws IOException {
        String text = section("OPTIONS OF ALL COMMANDS", "==");
        for (OptionSpec option : root().options()) {
            for (String name : option.names()) {
                assertThat(text).contains("*" + name + "*");
            }
        }
    }

    @Test
    void noOptionIsExplainedThatDoesNotExist() throws IOException {
        List<CommandSpec> commands = new ArrayList<>(List.of(root()));
        collect(root(), commands);
        TreeSet<String> known = new TreeSet<>(List.of("--help"));
        commands.forEach(command -> known.addAll(command.optionsMap().keySet()));
        TreeSet<String> named = new TreeSet<>();
        String ofOthers = "(?m)^(keyctl|cryptsetup) .*$";
        Pattern.compile("--[a-z0-9-]+")
                .matcher(page().replaceAll(ofOthers, ""))
                .results()
                .map(MatchResult::group)
                .forEach(named::add);
        assertThat(known).containsAll(named);
    }

    @Test
    void exitStatusesAreThoseOfTheErrorTable() throws IOException {
        Map<Integer, Set<String>> expected = new TreeMap<>();
        expected.put(0, new TreeSet<>());
        for (ErrorKind kind : ErrorKind.values()) {
            expected.computeIfAbsent(kind.exitCode(), code -> new TreeSet<>()).add(kind.simpleName());
        }
        Map<Integer, Set<String>> told = new TreeMap<>();
        Pattern.compile("(?m)^\\*(\\d+)\\*::\\n((?:  .*\\n)+)")
                .matcher(section("EXIT STATUS", "=="))
                .results()
                .forEach(row -> told.put(Integer.valueOf(row.group(1)), names(row.group(2))));
        assertThat(told).isEqualTo(expected);
    }

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        Pattern.compile("_([A-Za-z]+)_").matcher(text).results().forEach(name -> names.add(name.group(1)));
        return names;
    }
}
