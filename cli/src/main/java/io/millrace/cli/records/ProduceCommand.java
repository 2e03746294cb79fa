package io.millrace.cli.records;

import io.millrace.cli.command.ApiWords;
import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.HumanTime;
import io.millrace.cli.command.Numbers;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.PartitionOption;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.UnusableException;
import io.millrace.cli.command.format.BadTextException;
import io.millrace.cli.command.format.FieldFormat;
import io.millrace.log.Durability;
import io.millrace.log.Header;
import io.millrace.log.LogException;
import io.millrace.log.ProducerConfig;
import io.millrace.log.TopicDescription;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionalLog;
import io.millrace.transactions.TransactionalProducerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
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

/** {@code millrace produce}. */
@Command(
        name = "produce",
        description = {
            "Writes each line of standard input, or of a file, as a record. A line that is no record ends it: those before it are"
                    + " written, it and those behind it are not; with --transactional-id, nothing is.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace produce lines --data mine < README.md",
            "  millrace produce prices --data mine -K : --value-format json < prices.txt",
            "  echo 42:7 | millrace produce counts --data mine -K : --key-format int64",
            "  echo 42: | millrace produce counts --data mine -K : --key-format int64 -Z",
            "  millrace produce orders --data mine --file day.txt --transactional-id day"
        })
public final class ProduceCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";
    /** Nobody else waits for the transaction: whoever has the log open is alone. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofDays(7);
    /** A text may be several times as long as its bytes, as JSON with space and hexadecimal digits are. */
    private static final int TEXT_PER_BYTE = 8;

    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final DataOption data = new DataOption();

    @Parameters(paramLabel = "TOPIC", description = "Which topic; it exists.")
    private String topic = "";

    @Option(
            names = {"-l", "--file"},
            paramLabel = "FILE",
            defaultValue = STANDARD_INPUT,
            description = "Read lines from there instead of standard input.")
    private String file = STANDARD_INPUT;

    @Option(
            names = "--keep-cr",
            description = "A carriage return before the line feed belongs to the record. Otherwise both end the line.")
    private boolean keepsReturns;

    @Option(
            names = {"-K", "--key-separator"},
            paramLabel = "TEXT",
            converter = Escapes.Converter.class,
            description =
                    "What stands between key and value on each line, such as : or \\t. Without, records have no key.")
    private @Nullable BytesView separator;

    @Option(
            names = {"-k", "--key"},
            paramLabel = "KEY",
            description = "The same key for every record.")
    private @Nullable String key;

    @Option(
            names = "--key-format",
            paramLabel = "FORMAT",
            defaultValue = "string",
            converter = FieldFormat.Converter.class,
            description =
                    "How keys are written: string (default), int64 (8 bytes, big-endian), hex or json (checked, without space).")
    private FieldFormat keyFormat = FieldFormat.STRING;

    @Option(
            names = "--value-format",
            paramLabel = "FORMAT",
            defaultValue = "string",
            converter = FieldFormat.Converter.class,
            description = "How values are written.")
    private FieldFormat valueFormat = FieldFormat.STRING;

    @Option(
            names = "--null-value",
            paramLabel = "TEXT",
            description =
                    "A key or a value that reads so is none: a value that is none removes its key from a compacted topic.")
    private @Nullable String nullText;

    @Option(names = "-Z", description = "The same for an empty key or value.")
    private boolean isEmptyNone;

    @Option(
            names = {"-p", "--partition"},
            paramLabel = "N",
            converter = PartitionOption.Number.class,
            description = "The partition. Otherwise by key as Kafka does, and in turn without a key.")
    private @Nullable Integer partition;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "NAME=VALUE",
            converter = HeaderConverter.class,
            description = "A header of every record; may be repeated.")
    private List<Header> headers = List.of();

    @Option(
            names = "--timestamp",
            paramLabel = "TIME",
            converter = HumanTime.Converter.class,
            description =
                    "The timestamp of every record, such as 2026-11-21T13:00:00Z or @1700000000000 (default: now).")
    private @Nullable Long timestamp;

    @Option(
            names = "--acks",
            paramLabel = "WHAT",
            converter = AcksConverter.class,
            description =
                    "What the count of records at the end says: none (nothing), written (default: they survive a killed process)"
                            + " or forced (and a power cut).")
    private ProducerConfig.@Nullable Acks acks;

    @Option(
            names = "--transactional-id",
            paramLabel = "ID",
            description = "Write all of it as one transaction in this name: all or nothing.")
    private @Nullable String transactionalId;

    public ProduceCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        checkCombination();
        LineRule rule = rule();
        Path directory = data.existing();
        StopSignal stop = StopSignal.install();
        try (InputStream in = open();
                TransactionalLog log = OpenLog.forWriting(directory, durability())) {
            TopicDescription description = log.admin()
                    .describeTopic(topic)
                    .orElseThrow(() -> new UnusableException("There is no topic " + topic
                            + ". 'millrace topics list' says which there are, 'millrace topics create' creates one."));
            if (description.internal()) {
                throw new UnusableException(topic + " is an internal topic, which the log alone writes.");
            }
            Chunks chunks = Chunks.of(in);
            stop.onRequest(chunks::stop);
            Lines lines = new Lines(chunks, longestLine(description), keepsReturns);
            return write(
                    new ProduceSession(lines, rule, stop, console, System::nanoTime),
                    sink(log, description),
                    lines,
                    stop);
        } catch (IOException e) {
            throw new UnusableException("The file " + file + " cannot be read: " + e.getMessage(), e);
        } finally {
            stop.done();
        }
    }

    private int write(ProduceSession session, RecordSink sink, Lines lines, StopSignal stop) {
        BadLineException bad = null;
        try (sink) {
            try {
                session.run(sink);
            } catch (BadLineException e) {
                bad = e;
            }
            // What stands by itself is finished, whatever comes behind it; half a transaction is not.
            if (transactionalId == null || (bad == null && !stop.isRequested())) {
                sink.finish();
            }
        } catch (LogException e) {
            console.say(ApiWords.translate(e.getMessage()) + ". "
                    + (transactionalId == null
                            ? sayPart(sink.written(), lines.number(), acks == ProducerConfig.Acks.NONE, topic)
                            : sink.isUndecided() ? "" : sayWritten(sink)));
            return ExitStatus.FAILED;
        }
        if (bad != null) {
            console.say(bad.getMessage() + " " + sayWritten(sink));
            return ExitStatus.FAILED;
        }
        console.say(stop.isRequested() ? "Stopped. " + sayWritten(sink) : sayWritten(sink));
        return ExitStatus.DONE;
    }

    private String sayWritten(RecordSink sink) {
        if (transactionalId != null && sink.written() == 0) {
            return "Nothing was written.";
        }
        // Without an answer it is not known whether they were written.
        String what = acks == ProducerConfig.Acks.NONE ? " handed over for " : " written to ";
        return Numbers.count(sink.written(), "record") + what + topic + ".";
    }

    /** After a write that failed: batches are written each by itself, so that later lines may be there and earlier ones not. */
    static String sayPart(long written, long read, boolean isUnanswered, String topic) {
        return (isUnanswered
                        ? Numbers.count(read, "line") + " read; nobody knows how many of them are records of "
                        : Numbers.count(written, "record") + " of " + Numbers.count(read, "line") + " read "
                                + (written == 1 ? "is" : "are") + " known to be written to ")
                + topic
                + ", and they need not be the first ones. With --transactional-id, all lines are written or none.";
    }

    private InputStream open() throws IOException {
        if (file.equals(STANDARD_INPUT)) {
            return console.in();
        }
        Path path = Path.of(file);
        if (Files.isDirectory(path)) {
            throw new UnusableException(file + " is a directory, not a file of lines.");
        }
        try {
            return Files.newInputStream(path);
        } catch (NoSuchFileException e) {
            throw new UnusableException("There is no file " + file + ".", e);
        }
    }

    private RecordSink sink(TransactionalLog log, TopicDescription description) {
        RecordSink.Address address =
                new RecordSink.Address(topic, description.partitions(), partition, timestamp, headers);
        if (partition != null) {
            PartitionOption.check(partition, description);
        }
        if (transactionalId != null) {
            return new TransactionSink(
                    log.transactionalProducer(TransactionalProducerConfig.of(transactionalId)
                            .withTransactionTimeout(TRANSACTION_TIMEOUT)),
                    address,
                    InstantSource.system());
        }
        return new PlainSink(log, acks, address);
    }

    /** A transaction is forced or not as the log's durability says. */
    private Durability durability() {
        return acks == ProducerConfig.Acks.FORCED ? Durability.POWER_LOSS : Durability.PROCESS_CRASH;
    }

    private static int longestLine(TopicDescription description) {
        return (int)
                Math.min(1 << 30, (long) TEXT_PER_BYTE * description.settings().maxRecordBytes());
    }

    private LineRule rule() {
        String none = isEmptyNone ? "" : nullText;
        BytesView ofNull = none == null ? null : BytesView.ofUtf8(none);
        try {
            return new LineRule(new LineRule.Form(keyFormat, valueFormat, separator, ofNull), key);
        } catch (BadTextException e) {
            throw new ParameterException(commandLine(), "--key " + e.getMessage() + ".", e);
        }
    }

    private void checkCombination() {
        if (key != null && separator != null) {
            throw new ParameterException(commandLine(), "--key and --key-separator exclude each other.");
        }
        if (isEmptyNone && nullText != null) {
            throw new ParameterException(commandLine(), "-Z and --null-value exclude each other.");
        }
        if (transactionalId != null && acks == ProducerConfig.Acks.NONE) {
            throw new ParameterException(
                    commandLine(),
                    "--transactional-id and --acks none exclude each other: a commit is always answered.");
        }
        if (transactionalId != null && transactionalId.isEmpty()) {
            throw new ParameterException(commandLine(), "--transactional-id is empty.");
        }
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec, "spec").commandLine();
    }

    static final class HeaderConverter implements ITypeConverter<Header> {
        @Override
        public Header convert(String text) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new TypeConversionException("'" + text + "' is not NAME=VALUE");
            }
            return Header.ofUtf8(text.substring(0, equals), text.substring(equals + 1));
        }
    }

    static final class AcksConverter implements ITypeConverter<ProducerConfig.Acks> {
        @Override
        public ProducerConfig.Acks convert(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "none", "0" -> ProducerConfig.Acks.NONE;
                case "written", "1" -> ProducerConfig.Acks.WRITTEN;
                case "forced", "all", "-1" -> ProducerConfig.Acks.FORCED;
                default -> throw new TypeConversionException("'" + text + "' is not one of none, written, forced");
            };
        }
    }
}
