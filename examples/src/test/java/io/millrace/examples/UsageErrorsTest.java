package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.Millrace;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every command of the launcher, those of other modules too, says in one way what is wrong with a command line: what, where to read more, status 2. */
class UsageErrorsTest {
    /** Each option that reads its value refuses one of them. */
    private static final List<String> BAD_VALUES = List.of("::", "\\x", "PT-5S");

    /** Describing all commands takes longer than refusing a line. */
    private static final CommandLine MILLRACE = Millrace.commandLine();

    static Stream<Arguments> commands() {
        List<Arguments> found = new ArrayList<>();
        collect(MILLRACE, found);
        return found.stream();
    }

    /** Every option of every command that takes a value, with whether anything but text is made of it. */
    static Stream<Arguments> options() {
        return commands().flatMap(command -> {
            CommandSpec spec = (CommandSpec) command.get()[0];
            return spec.options().stream()
                    .filter(option -> !option.hidden() && option.arity().max() > 0)
                    .map(option -> Arguments.of(spec, option));
        });
    }

    private static void collect(CommandLine command, List<Arguments> found) {
        if (!command.getCommandName().equals("help")) {
            found.add(Arguments.of(command.getCommandSpec()));
            command.getSubcommands().values().forEach(sub -> collect(sub, found));
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("options")
    void anOptionWithoutItsValueIsRefused(CommandSpec command, OptionSpec option) {
        assertUsageError(command, run(command, option.longestName()), "'" + option.longestName());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("options")
    void aValueThatIsNoneIsRefusedByItsOption(CommandSpec command, OptionSpec option) {
        if (isText(option)) {
            return;
        }
        List<Run> refused = BAD_VALUES.stream()
                .map(value -> run(command, option.longestName() + "=" + value))
                .filter(run -> run.messages().startsWith("Invalid value for option '" + option.longestName() + "'"))
                .toList();
        assertThat(refused).isNotEmpty().allSatisfy(run -> assertUsageError(command, run, ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void whatACommandDoesNotKnowIsRefused(CommandSpec command) {
        assertUsageError(command, run(command, "--no-such-option"), "");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void aCommandWithoutWhatItNeedsIsRefused(CommandSpec command) {
        if (needsNothing(command)) {
            return;
        }
        assertUsageError(command, run(command), "");
    }

    /** Each positional parameter is there, and the log is not said. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void aCommandOnALogThatIsNotNamedIsRefused(CommandSpec command) {
        boolean isOnALog = command.findOption("--data") != null && !needsNothing(command);
        if (!isOnALog || !command.argGroups().isEmpty()) {
            return;
        }
        String[] arguments = Stream.concat(
                        command.positionalParameters().stream().map(parameter -> "orders"),
                        command.requiredArgs().stream()
                                .filter(OptionSpec.class::isInstance)
                                .map(OptionSpec.class::cast)
                                .filter(option -> !option.longestName().equals("--data"))
                                .map(option -> option.longestName() + "=1"))
                .toArray(String[]::new);
        assertUsageError(command, run(command, arguments), "");
    }

    /** The bank runs by itself. */
    private static boolean needsNothing(CommandSpec command) {
        return command.qualifiedName().startsWith("millrace bank");
    }

    /** What is text or a path is judged later, if at all. */
    private static boolean isText(OptionSpec option) {
        boolean isPlain = option.auxiliaryTypes()[0] == String.class || option.auxiliaryTypes()[0] == Path.class;
        return isPlain && option.converters().length == 0;
    }

    private record Run(int status, String out, String messages) {}

    private static Run run(CommandSpec command, String... arguments) {
        List<String> line = new ArrayList<>(List.of(command.qualifiedName().split(" ")));
        line.remove(0);
        line.addAll(List.of(arguments));
        StringWriter out = new StringWriter();
        StringWriter messages = new StringWriter();
        MILLRACE.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(messages, true));
        int status = MILLRACE.execute(line.toArray(String[]::new));
        return new Run(status, out.toString(), messages.toString());
    }

    private static void assertUsageError(CommandSpec command, Run run, String part) {
        assertThat(run.status()).as(run.messages()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        List<String> lines = run.messages().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).contains(part).doesNotStartWith("Error").doesNotContain("Exception");
        assertThat(lines.get(1)).isEqualTo("Try '" + command.qualifiedName() + " --help'.");
    }
}
