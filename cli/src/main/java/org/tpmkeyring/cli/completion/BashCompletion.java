// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.completion;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Writes the script for bash 4 and later. Needs nothing of the bash-completion package. */
public final class BashCompletion {
    private BashCompletion() {}

    /** The whole script. */
    public static String of(CommandSpec root) {
        List<CommandModel> models = CommandModel.all(root);
        return ShellTemplate.load("bash.txt")
                .replace("@PATHS@", paths(models))
                .replace("@VALUES@", values(models))
                .replace("@OPTIONS@", options(models))
                .replace("@PLACES@", places(models));
    }

    private static String paths(List<CommandModel> models) {
        List<String> patterns = new ArrayList<>();
        for (CommandModel model : models) {
            for (String member : model.members()) {
                patterns.add("'" + model.words() + " " + member + "'");
            }
        }
        return String.join(" | ", patterns);
    }

    /** One line an option with a value; options of one name mean the same everywhere. */
    private static String values(List<CommandModel> models) {
        Map<String, String> lines = new TreeMap<>();
        for (CommandModel model : models) {
            for (OptionSpec option : model.options()) {
                if (CommandModel.takesValue(option)) {
                    String names = String.join(" | ", option.names());
                    lines.putIfAbsent(names, "        " + names + ") " + offer(model, option) + " ;;");
                }
            }
        }
        return String.join("\n", lines.values());
    }

    private static String offer(CommandModel model, OptionSpec option) {
        return offer(ValueKind.of(model.words(), option), option);
    }

    private static String offer(ValueKind kind, picocli.CommandLine.Model.ArgSpec arg) {
        return switch (kind) {
            case WORDS -> "_tpm_keyring_words '" + CommandModel.candidates(arg) + "'";
            case KEYS -> "_tpm_keyring_names keys";
            case VAULTS -> "_tpm_keyring_names vaults";
            case PROTECTORS -> "_tpm_keyring_names protectors";
            case FILES -> "_tpm_keyring_files";
            case DIRECTORIES -> "_tpm_keyring_directories";
            case USERS -> "_tpm_keyring_users";
            case FREE -> ":";
        };
    }

    private static String options(List<CommandModel> models) {
        StringBuilder lines = new StringBuilder();
        for (CommandModel model : models) {
            List<String> names = new ArrayList<>();
            for (OptionSpec option : model.options()) {
                names.add(option.longestName() + (option.arity().min() > 0 ? "=" : ""));
            }
            lines.append("            '")
                    .append(model.words())
                    .append("') _tpm_keyring_words '")
                    .append(String.join(" ", names))
                    .append("' ;;\n");
        }
        return lines.toString().stripTrailing();
    }

    private static String places(List<CommandModel> models) {
        StringBuilder lines = new StringBuilder();
        for (CommandModel model : models) {
            String offer = model.members().isEmpty()
                    ? model.places().isEmpty()
                            ? ":"
                            : offer(model.place(), model.places().get(0))
                    : "_tpm_keyring_words '" + String.join(" ", model.members()) + "'";
            lines.append("            '")
                    .append(model.words())
                    .append("') ")
                    .append(offer)
                    .append(" ;;\n");
        }
        return lines.toString().stripTrailing();
    }
}
