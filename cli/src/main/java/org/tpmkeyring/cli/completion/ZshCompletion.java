// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.completion;

import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Writes the script for zsh's completion system (zshcompsys(1)), with a sentence beside each word. */
public final class ZshCompletion {
    private ZshCompletion() {}

    /** The whole script, to be installed as {@code _tpm-keyring}. */
    public static String of(CommandSpec root) {
        List<CommandModel> models = CommandModel.all(root);
        StringBuilder functions = new StringBuilder();
        for (CommandModel model : models) {
            functions.append(function(model, models)).append('\n');
        }
        return ShellTemplate.load("zsh.txt")
                .replace("@FUNCTIONS@", functions.toString().stripTrailing());
    }

    private static String function(CommandModel model, List<CommandModel> models) {
        StringBuilder text = new StringBuilder();
        text.append(name(model.words())).append("() {\n");
        text.append("    local curcontext=$curcontext state line\n    local -A opt_args\n");
        text.append("    _arguments -s -S ").append(model.members().isEmpty() ? "" : "-C ");
        for (OptionSpec option : model.options()) {
            text.append("\\\n        ").append(option(model, option)).append(' ');
        }
        if (!model.members().isEmpty()) {
            text.append("\\\n        '1: :->command' '*:: :->member'\n").append(members(model, models));
        } else if (!model.places().isEmpty()) {
            String many = model.places().get(0).arity().max() > 1 ? "*" : "1";
            text.append("\\\n        '")
                    .append(many)
                    .append(':')
                    .append(plain(model.places().get(0).paramLabel()))
                    .append(':')
                    .append(action(model.place(), model.places().get(0)))
                    .append("'\n");
        } else {
            text.append('\n');
        }
        return text.append("}\n").toString();
    }

    private static String members(CommandModel model, List<CommandModel> models) {
        StringBuilder text = new StringBuilder("    local -a members=(\n");
        StringBuilder cases = new StringBuilder();
        for (String member : model.members()) {
            String words = (model.words() + " " + member).strip();
            text.append("        '")
                    .append(member)
                    .append(':')
                    .append(plain(summary(words, models)))
                    .append("'\n");
            cases.append("            ")
                    .append(member)
                    .append(") ")
                    .append(name(words))
                    .append(" ;;\n");
        }
        return text.append("    )\n    case $state in\n        command) _describe -t commands command members ;;\n")
                .append("        member) case $words[1] in\n")
                .append(cases)
                .append("        esac ;;\n    esac\n")
                .toString();
    }

    private static String summary(String words, List<CommandModel> models) {
        for (CommandModel model : models) {
            if (model.words().equals(words)) {
                return model.summary();
            }
        }
        return "";
    }

    private static String option(CommandModel model, OptionSpec option) {
        String about = "[" + plain(firstSentence(option)) + "]";
        String names = option.names().length == 1
                ? "'" + option.names()[0]
                : "'(" + String.join(" ", option.names()) + ")'{" + String.join(",", option.names()) + "}'";
        if (!CommandModel.takesValue(option)) {
            return names + about + "'";
        }
        boolean optional = option.arity().min() == 0;
        String equals = optional ? "=-" : option.names().length == 1 ? "=" : "";
        return names + equals + about + (optional ? "::" : ":") + plain(option.paramLabel()) + ":"
                + action(ValueKind.of(model.words(), option), option) + "'";
    }

    private static String firstSentence(OptionSpec option) {
        String text = String.join(" ", option.description()).replace("${COMPLETION-CANDIDATES}", "see below");
        int end = text.indexOf(". ");
        return end < 0 ? text : text.substring(0, end + 1);
    }

    /** A blank before an action keeps zsh from putting words of its own behind the function's name. */
    private static String action(ValueKind kind, ArgSpec arg) {
        return switch (kind) {
            case WORDS -> "(" + CommandModel.candidates(arg) + ")";
            case KEYS -> " _tpm_keyring_names keys";
            case VAULTS -> " _tpm_keyring_names vaults";
            case PROTECTORS -> " _tpm_keyring_names protectors";
            case FILES -> "_files";
            case DIRECTORIES -> "_files -/";
            case USERS -> "_users";
            case FREE -> " ";
        };
    }

    private static String name(String words) {
        return "_tpm_keyring"
                + (words.isEmpty() ? "" : "_" + words.replace(' ', '_').replace('-', '_'));
    }

    /** Text without what means something to zsh inside a specification. */
    private static String plain(String text) {
        return text.replace("'", "")
                .replace("[", "(")
                .replace("]", ")")
                .replace(":", ",")
                .replace("|", "/");
    }
}
