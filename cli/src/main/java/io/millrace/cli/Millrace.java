package io.millrace.cli;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.Numbers;
import io.millrace.cli.command.Subcommand;
import io.millrace.cli.groups.GroupsCommand;
import io.millrace.cli.log.LogCommand;
import io.millrace.cli.records.ConsumeCommand;
import io.millrace.cli.records.ProduceCommand;
import io.millrace.cli.topics.TopicsCommand;
import io.millrace.cli.transactions.TransactionsCommand;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code millrace} command: it only knows its subcommands. */
@Command(
        name = "millrace",
        description = "Exactly-once transactional stream processing on an embedded log.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:success",
            "1:what was asked for was tried and failed, or a check found fault",
            "2:the command line, an input or a directory cannot be used",
            "3:the launcher could not build or start the program",
            "4:nothing was changed: what would be done was only said (a dry run, or the answer was no)",
            "130, 143:stopped by Ctrl-C or SIGTERM",
            "141:whoever read standard output went away"
        })
public final class Millrace implements Runnable {
    /** The commands of this module, in the order of the help. */
    private static final Map<String, Function<Console, Object>> OWN = new LinkedHashMap<>();

    static {
        OWN.put("topics", TopicsCommand::commandLine);
        OWN.put("produce", ProduceCommand::new);
        OWN.put("consume", ConsumeCommand::new);
        OWN.put("log", LogCommand::commandLine);
        OWN.put("transactions", TransactionsCommand::commandLine);
        OWN.put("groups", GroupsCommand::commandLine);
    }

    @Spec
    private @Nullable CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(commandLine(Console.ofProcess(), arguments).execute(arguments));
    }

    /** The command line with everything that {@code main} configures. */
    public static CommandLine commandLine() {
        return commandLine(Console.ofProcess());
    }

    /** The same with other streams than those of the process. */
    public static CommandLine commandLine(Console console) {
        return commandLine(console, new String[0]);
    }

    /** With no more commands than these arguments can mean: all of them take longer to describe than one takes to run. */
    static CommandLine commandLine(Console console, String[] arguments) {
        CommandLine millrace = new CommandLine(new Millrace());
        Function<Console, Object> meant = arguments.length == 0 ? null : OWN.get(arguments[0]);
        if (meant != null) {
            millrace.addSubcommand(meant.apply(console));
        } else {
            OWN.values().forEach(command -> millrace.addSubcommand(command.apply(console)));
            ServiceLoader.load(Subcommand.class).forEach(command -> millrace.addSubcommand(command.on(console)));
            millrace.addSubcommand(new HelpCommand());
        }
        giveVersion(millrace);
        HelpText.use(millrace);
        printExamplesWhole(millrace);
        Failures failures = new Failures();
        return millrace.setUsageHelpAutoWidth(true)
                .registerConverter(long.class, Millrace::anyLong)
                .registerConverter(Long.class, Millrace::anyLong)
                .registerConverter(int.class, Millrace::anyInt)
                .registerConverter(Integer.class, Millrace::anyInt)
                .setAbbreviatedOptionsAllowed(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(Failures::execute)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }

    /** A command that was broken into lines could not be copied: a terminal breaks what is long by itself. */
    private static void printExamplesWhole(CommandLine millrace) {
        Map<String, IHelpSectionRenderer> sections = new LinkedHashMap<>(millrace.getHelpSectionMap());
        sections.put(
                UsageMessageSpec.SECTION_KEY_FOOTER,
                help -> Stream.of(help.commandSpec().usageMessage().footer())
                        .map(line -> String.format(line + "%n"))
                        .collect(Collectors.joining()));
        millrace.setHelpSectionMap(sections);
    }

    private static long anyLong(String text) {
        return Numbers.parse(text, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static int anyInt(String text) {
        return (int) Numbers.parse(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** Every command has the option, and there is one version. */
    private static void giveVersion(CommandLine command) {
        command.getCommandSpec().versionProvider(new Version());
        command.getSubcommands().values().forEach(Millrace::giveVersion);
    }

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec, "spec");
        throw new ParameterException(self.commandLine(), "Say what to run, such as: millrace bank");
    }
}
