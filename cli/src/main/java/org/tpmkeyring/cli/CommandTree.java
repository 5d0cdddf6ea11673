// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tpmkeyring.cli.command.AddCommand;
import org.tpmkeyring.cli.command.CloseCommand;
import org.tpmkeyring.cli.command.CompletionCommand;
import org.tpmkeyring.cli.command.DaemonCommand;
import org.tpmkeyring.cli.command.DoctorCommand;
import org.tpmkeyring.cli.command.ExplainCommand;
import org.tpmkeyring.cli.command.ImportEcryptfsCommand;
import org.tpmkeyring.cli.command.ImportGroup;
import org.tpmkeyring.cli.command.ListCommand;
import org.tpmkeyring.cli.command.LockCommand;
import org.tpmkeyring.cli.command.MountCommand;
import org.tpmkeyring.cli.command.MountHelperCommand;
import org.tpmkeyring.cli.command.NamesCommand;
import org.tpmkeyring.cli.command.ProtectorAddCommand;
import org.tpmkeyring.cli.command.ProtectorChangeCommand;
import org.tpmkeyring.cli.command.ProtectorGroup;
import org.tpmkeyring.cli.command.ProtectorListCommand;
import org.tpmkeyring.cli.command.ProtectorRemoveCommand;
import org.tpmkeyring.cli.command.RecoverCommand;
import org.tpmkeyring.cli.command.RemoveCommand;
import org.tpmkeyring.cli.command.ResealCommand;
import org.tpmkeyring.cli.command.RootCommand;
import org.tpmkeyring.cli.command.ShowCommand;
import org.tpmkeyring.cli.command.StatusCommand;
import org.tpmkeyring.cli.command.TopicHelpCommand;
import org.tpmkeyring.cli.command.TpmGroup;
import org.tpmkeyring.cli.command.TpmInfoCommand;
import org.tpmkeyring.cli.command.TpmPcrsCommand;
import org.tpmkeyring.cli.command.TpmSelfTestCommand;
import org.tpmkeyring.cli.command.UmountCommand;
import org.tpmkeyring.cli.command.UnlockCommand;
import org.tpmkeyring.cli.command.VaultCreateCommand;
import org.tpmkeyring.cli.command.VaultGroup;
import org.tpmkeyring.cli.command.VaultListCommand;
import org.tpmkeyring.cli.command.VaultRemoveCommand;
import org.tpmkeyring.cli.command.VaultRenameCommand;
import org.tpmkeyring.cli.command.VaultRestoreCommand;
import org.tpmkeyring.cli.command.VolumeCheckCommand;
import org.tpmkeyring.cli.command.VolumeGroup;
import org.tpmkeyring.cli.command.VolumeListCommand;
import picocli.CommandLine;

/**
 * All commands, of which only those are built that a command line needs: picocli reads a class's
 * annotations when the command is added, and thirty classes would cost more than the whole of
 * {@code list}. Where the line names no command they are all built, for its help and for suggestions.
 */
public final class CommandTree {
    private static final String PROGRAM = "tpm-keyring";

    /** Commands that need to know no other. */
    private static final List<String> ALONE = List.of(
            "add",
            "import",
            "list",
            "show",
            "remove",
            "unlock",
            "lock",
            "close",
            "mount",
            "umount",
            "status",
            "explain",
            "recover",
            "reseal",
            "vault",
            "protector",
            "volume",
            "tpm",
            "doctor",
            "mount-helper",
            "__names");

    /** Commands that tell about all the others. */
    private static final List<String> KNOWING_ALL = List.of("help", "generate-completion");

    private static final List<String> VERSION = List.of("-V", "--version");

    private final Host host;

    public CommandTree(Host host) {
        this.host = host;
    }

    /**
     * A command line ready to run.
     *
     * @param command what is to run the words
     * @param words those after the ones that named the command
     */
    public record Prepared(CommandLine command, List<String> words) {}

    /** Everything, for help, completion and documentation. */
    public CommandLine all() {
        List<String> words = new ArrayList<>(ALONE);
        words.addAll(words.indexOf("doctor") + 1, KNOWING_ALL);
        return build(words, null);
    }

    /** What this command line needs. */
    public Prepared forLine(String[] args) {
        if (args.length > 0 && membersOf(args[0]).isEmpty() && ALONE.contains(args[0])) {
            return alone(args[0], args, 1);
        }
        if (args.length > 1 && membersOf(args[0]).contains(args[1])) {
            return alone(args[0] + " " + args[1], args, 2);
        }
        return new Prepared(underRoot(args), Arrays.asList(args));
    }

    /** The command by itself: no option stands before it, so nobody needs the root and its options. */
    private Prepared alone(String name, String[] args, int words) {
        CommandLine command = new CommandLine(make(name));
        command.setCommandName(PROGRAM + " " + name);
        return new Prepared(command, Arrays.asList(args).subList(words, args.length));
    }

    private CommandLine underRoot(String[] args) {
        int at = wordFrom(args, 0);
        String word = at < args.length ? args[at] : null;
        if (args.length == 0 || (args.length == 1 && VERSION.contains(args[0]))) {
            return build(List.of(), null);
        }
        if (word == null || !ALONE.contains(word)) {
            return all();
        }
        int next = wordFrom(args, at + 1);
        return build(List.of(word), next < args.length ? args[next] : null);
    }

    /** Index of the next word that is no option of the root and no value of one. */
    private static int wordFrom(String[] args, int from) {
        int at = from;
        while (at < args.length && args[at].startsWith("-")) {
            at += args[at].equals("--socket") ? 2 : 1;
        }
        return Math.min(at, args.length);
    }

    private CommandLine build(List<String> words, String member) {
        CommandLine line = new CommandLine(make(PROGRAM));
        for (String word : words) {
            CommandLine command = new CommandLine(make(word));
            List<String> members = membersOf(word);
            boolean one = member != null && members.contains(member);
            for (String each : one ? List.of(member) : members) {
                command.addSubcommand(each, make(word + " " + each));
            }
            line.addSubcommand(word, command);
        }
        return line;
    }

    private static List<String> membersOf(String group) {
        return switch (group) {
            case "vault" -> List.of("create", "list", "rename", "restore", "remove");
            case "protector" -> List.of("add", "list", "change", "remove");
            case "import" -> List.of("ecryptfs");
            case "volume" -> List.of("check", "list");
            case "tpm" -> List.of("info", "selftest", "pcrs");
            default -> List.of();
        };
    }

    private Object make(String words) {
        Object command = switchOn(words);
        if (command instanceof DaemonCommand onDaemon) {
            onDaemon.at(host);
        }
        return command;
    }

    private Object switchOn(String words) {
        return switch (words) {
            case PROGRAM -> new RootCommand();
            case "add" -> new AddCommand();
            case "import" -> new ImportGroup();
            case "import ecryptfs" -> new ImportEcryptfsCommand();
            case "list" -> new ListCommand();
            case "show" -> new ShowCommand();
            case "remove" -> new RemoveCommand();
            case "unlock" -> new UnlockCommand();
            case "lock" -> new LockCommand();
            case "close" -> new CloseCommand();
            case "mount" -> new MountCommand();
            case "umount" -> new UmountCommand();
            case "mount-helper" -> new MountHelperCommand();
            case "status" -> new StatusCommand();
            case "explain" -> new ExplainCommand();
            case "recover" -> new RecoverCommand();
            case "reseal" -> new ResealCommand();
            case "vault" -> new VaultGroup();
            case "vault create" -> new VaultCreateCommand();
            case "vault list" -> new VaultListCommand();
            case "vault rename" -> new VaultRenameCommand();
            case "vault restore" -> new VaultRestoreCommand();
            case "vault remove" -> new VaultRemoveCommand();
            case "protector" -> new ProtectorGroup();
            case "protector add" -> new ProtectorAddCommand();
            case "protector list" -> new ProtectorListCommand();
            case "protector change" -> new ProtectorChangeCommand();
            case "protector remove" -> new ProtectorRemoveCommand();
            case "volume" -> new VolumeGroup();
            case "volume check" -> new VolumeCheckCommand();
            case "volume list" -> new VolumeListCommand();
            case "tpm" -> new TpmGroup();
            case "tpm info" -> new TpmInfoCommand();
            case "tpm selftest" -> new TpmSelfTestCommand();
            case "tpm pcrs" -> new TpmPcrsCommand();
            case "doctor" -> new DoctorCommand();
            case "help" -> new TopicHelpCommand(host);
            case "generate-completion" -> new CompletionCommand(host);
            case "__names" -> new NamesCommand(host);
            default -> throw new IllegalArgumentException("no command " + words);
        };
    }
}
