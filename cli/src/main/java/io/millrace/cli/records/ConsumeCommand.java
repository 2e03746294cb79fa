package io.millrace.cli.records;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.LogInUseException;
import io.millrace.cli.command.Numbers;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.PartitionOption;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.UnusableException;
import io.millrace.cli.command.format.FieldFormat;
import io.millrace.log.EventLog;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code millrace consume}. */
@Command(
        name = "consume",
        description = {
            "Prints records, each value a line, up to the ends that the partitions have when it begins. Works while another process"
                    + " has the log open.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace consume orders --data bank --key-format int64 -K ' '",
            "  millrace consume orders --data bank --from -10",
            "  millrace consume orders --data bank --from 2026-11-21T13:00Z --follow",
            "  millrace consume orders --data bank --output '%%t-%%p@%%o %%T %%k=%%s\\n'",
            "  millrace consume orders --data bank --json --max 1 | jq .",
            "  millrace consume orders --data bank --group audit"
        })
public final class ConsumeCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final DataOption data = new DataOption();

    @Parameters(paramLabel = "TOPIC", arity = "1..*", description = "Which topics.")
    private List<String> topics = List.of();

    @Option(
            names = {"-p", "--partition"},
            paramLabel = "N",
            split = ",",
            converter = PartitionOption.Number.class,
            description = "Only these partitions of each topic.")
    private List<Integer> partitions = List.of();

    @Option(
            names = {"-o", "--from"},
            paramLabel = "WHERE",
            converter = Position.Converter.class,
            description =
                    "Where to begin: beginning (default), end, an offset, -N for the last N records of each partition, or a time:"
                            + " 2026-11-21T13:00:00Z, 2026-11-21 (UTC) or @1700000000000. A time stands for the first offset whose timestamp is"
                            + " not earlier; what comes behind it may be, if timestamps are out of order. With --group, beginning or end, for where the"
                            + " group has committed nothing.")
    private @Nullable Position from;

    @Option(
            names = "--to",
            paramLabel = "WHERE",
            converter = Position.Converter.class,
            description =
                    "Stop before this offset, or before the first offset with this timestamp or a later one, if the partition has"
                            + " come so far.")
    private @Nullable Position to;

    @Option(
            names = {"-n", "--max"},
            paramLabel = "N",
            converter = MostConverter.class,
            description = "Stop after so many records.")
    private @Nullable Long most;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on at the end: print what comes, until Ctrl-C.")
    private boolean isFollowing;

    @Option(
            names = "--isolation",
            paramLabel = "LEVEL",
            defaultValue = "read-committed",
            converter = IsolationConverter.class,
            description =
                    "read-committed (default) or read-uncommitted, which shows open and aborted transactions too.")
    private Isolation isolation = Isolation.READ_COMMITTED;

    @Option(
            names = {"-g", "--group"},
            paramLabel = "GROUP",
            description =
                    "Begin where this group has come to, and commit what was printed. If another process has the log open, nothing"
                            + " is committed.")
    private @Nullable String group;

    @Option(
            names = "--key-format",
            paramLabel = "FORMAT",
            defaultValue = "string",
            converter = FieldFormat.Converter.class,
            description = "How keys are shown: string (default), int64, hex or json.")
    private FieldFormat keyFormat = FieldFormat.STRING;

    @Option(
            names = "--value-format",
            paramLabel = "FORMAT",
            defaultValue = "string",
            converter = FieldFormat.Converter.class,
            description = "How values are shown.")
    private FieldFormat valueFormat = FieldFormat.STRING;

    @Option(
            names = {"-K", "--key-separator"},
            paramLabel = "TEXT",
            converter = Escapes.Converter.class,
            description = "Print the key and this before the value, such as ' ' or \\t.")
    private @Nullable BytesView separator;

    @Option(
            names = "--null-value",
            paramLabel = "TEXT",
            description = "What is printed of a key or a value that there is none of (default: nothing).")
    private @Nullable String nullText;

    @Option(names = "-Z", description = "The same as --null-value NULL.")
    private boolean isNullShown;

    @Option(
            names = "--output",
            paramLabel = "PATTERN",
            description = "How a record is printed, as kcat's -f: " + PatternPrinter.TOKENS_HELP
                    + "; \\n, \\t, \\xNN. No line ends but those in it.")
    private @Nullable String pattern;

    @Option(names = "--json", description = "Print a JSON object a line, with everything that a record has.")
    private boolean isJson;

    public ConsumeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        checkCombination();
        RecordPrinter printer = printer();
        Path directory = data.existing();
        StopSignal stop = StopSignal.install();
        try {
            return group == null ? read(directory, printer, stop) : readAsMember(directory, printer, stop);
        } finally {
            stop.done();
        }
    }

    private int read(Path directory, RecordPrinter printer, StopSignal stop) {
        try (EventLog log = OpenLog.forReading(directory)) {
            return run(log, false, printer, stop);
        }
    }

    private int readAsMember(Path directory, RecordPrinter printer, StopSignal stop) {
        EventLog log;
        try {
            log = OpenLog.forWriting(directory);
        } catch (LogInUseException e) {
            console.say("Another process has the log open: this begins where group " + group
                    + " stands, and commits nothing.");
            return read(directory, printer, stop);
        }
        try (log) {
            return run(log, true, printer, stop);
        }
    }

    private int run(EventLog log, boolean isMember, RecordPrinter printer, StopSignal stop) {
        ConsumePlan plan = new ConsumePlan(
                chosen(log.admin()),
                Optional.ofNullable(group),
                isolation,
                from,
                to,
                isFollowing,
                most == null ? Long.MAX_VALUE : most);
        ConsumeSession session = new ConsumeSession(plan, printer, console, stop);
        session.run(log, isMember);
        console.say((stop.isRequested() ? "Stopped. " : "") + Numbers.count(session.count(), "record") + ".");
        if (session.held() > 0) {
            console.say("An open or prepared transaction holds back " + Numbers.count(session.held(), "offset")
                    + ", to be read once it has ended. 'millrace transactions list' says whose it is;"
                    + " --isolation read-uncommitted prints them now.");
        }
        return ExitStatus.DONE;
    }

    private SortedSet<TopicPartition> chosen(LogAdmin admin) {
        SortedSet<TopicPartition> chosen = new TreeSet<>();
        for (String name : topics) {
            TopicDescription topic = admin.describeTopic(name)
                    .orElseThrow(() -> new UnusableException(
                            "There is no topic " + name + ". 'millrace topics list' says which there are."));
            for (int i = 0; i < topic.partitions(); i++) {
                if (partitions.isEmpty() || partitions.contains(i)) {
                    chosen.add(new TopicPartition(name, i));
                }
            }
            for (int partition : partitions) {
                PartitionOption.check(partition, topic);
            }
        }
        return chosen;
    }

    private void checkCombination() {
        refuse(isFollowing && to != null, "--follow and --to exclude each other.");
        refuse(
                isJson && (pattern != null || separator != null),
                "--json prints everything: it excludes --output and -K.");
        refuse(pattern != null && separator != null, "--output and -K exclude each other: in PATTERN, %k is the key.");
        refuse(isNullShown && nullText != null, "-Z and --null-value exclude each other.");
        if (group != null) {
            refuse(group.isEmpty(), "--group names no group: it is empty.");
            refuse(!partitions.isEmpty(), "--group and --partition exclude each other: a member gets all partitions.");
            refuse(
                    from != null && !(from instanceof Position.Beginning || from instanceof Position.End),
                    "With --group, --from is beginning or end, for where it has committed nothing."
                            + " 'millrace groups reset-offsets' moves a group.");
        }
    }

    private void refuse(boolean isWrong, String message) {
        if (isWrong) {
            throw new ParameterException(commandLine(), message);
        }
    }

    private RecordPrinter printer() {
        if (isJson) {
            return new JsonPrinter(keyFormat, valueFormat);
        }
        String none = isNullShown ? "NULL" : nullText == null ? "" : nullText;
        byte[] ofNull = none.getBytes(StandardCharsets.UTF_8);
        if (pattern == null) {
            return PatternPrinter.ofLines(separator, keyFormat, valueFormat, ofNull);
        }
        try {
            return PatternPrinter.of(pattern, keyFormat, valueFormat, ofNull);
        } catch (TypeConversionException e) {
            throw new ParameterException(commandLine(), "--output: " + e.getMessage(), e);
        }
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec, "spec").commandLine();
    }

    static final class MostConverter extends Numbers.LongRange {
        MostConverter() {
            super(1, Long.MAX_VALUE);
        }
    }

    static final class IsolationConverter implements ITypeConverter<Isolation> {
        @Override
        public Isolation convert(String text) {
            return switch (text.toLowerCase(Locale.ROOT).replace('_', '-')) {
                case "read-committed" -> Isolation.READ_COMMITTED;
                case "read-uncommitted" -> Isolation.READ_UNCOMMITTED;
                default ->
                    throw new TypeConversionException("'" + text + "' is not one of read-committed, read-uncommitted");
            };
        }
    }
}
