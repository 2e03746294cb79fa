package io.millrace.cli.log;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.UnusableException;
import io.millrace.cli.command.format.FieldFormat;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.LogInspection;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.Storage;
import io.millrace.platform.World;
import io.millrace.platform.system.SystemWorld;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace log dump}. */
@Command(
        name = "dump",
        description =
                "Prints the batches of a partition or of .log files, which may be Kafka's own, and with --records the records in"
                        + " them; those of groups and transactions in words. What is damaged is told in its place, and what stands whole"
                        + " behind it is printed, too. Works while another process has the log open.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:everything was printed",
            "1:a file is damaged, which is printed where it is",
            "2:there is no such file"
        })
final class DumpCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Parameters(
            paramLabel = "PARTITION|FILE",
            arity = "1..*",
            description = "A partition of the log, such as orders-0, or the path of a .log file.")
    private List<String> targets = List.of();

    @Option(
            names = "--offsets",
            paramLabel = "A..B",
            converter = OffsetRange.Converter.class,
            description = "Only batches, and records, with these offsets; one end may be left out.")
    private OffsetRange offsets = OffsetRange.ALL;

    @Option(names = "--records", description = "Print records, too.")
    private boolean isWithRecords;

    @Option(
            names = "--key-format",
            paramLabel = "FORMAT",
            defaultValue = "string",
            converter = FieldFormat.Converter.class,
            description =
                    "How keys are shown: string (default), int64, hex or json. Bytes of other kinds are whole in hex alone.")
    private FieldFormat keyFormat = FieldFormat.STRING;

    @Option(
            names = "--value-format",
            paramLabel = "FORMAT",
            defaultValue = "string",
            converter = FieldFormat.Converter.class,
            description = "How values are shown.")
    private FieldFormat valueFormat = FieldFormat.STRING;

    DumpCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Output out = console.output();
        SegmentDump dump =
                new SegmentDump(offsets, isWithRecords, new DumpLine(json.isJson(), keyFormat, valueFormat), out);
        boolean whole = true;
        for (String target : targets) {
            whole &= isPath(target) ? dumpFile(Path.of(target), dump) : dumpPartition(target, dump);
        }
        out.flush();
        return whole ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    /** A topic's name has no separator in it, and none ends so: the name of its partition goes on with a number. */
    private static boolean isPath(String target) {
        return target.endsWith(LogFiles.LOG) || target.contains(File.separator);
    }

    private boolean dumpPartition(String name, SegmentDump dump) {
        World world = SystemWorld.openExisting(data.existing());
        TopicPartition partition =
                PartitionName.find(name, LogInspection.open(world).partitions());
        SegmentDirectory directory = new SegmentDirectory(world.storage(), name, partition, 0, "");
        boolean whole = true;
        for (String file : world.storage().list(name)) {
            OptionalLong baseOffset = LogFiles.offsetOf(file, LogFiles.LOG);
            if (baseOffset.isPresent()) {
                whole &= dump.print(directory, baseOffset.getAsLong());
            }
        }
        return whole;
    }

    private static boolean dumpFile(Path file, SegmentDump dump) {
        Path absolute = file.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        Path root = parent == null ? null : parent.getParent();
        OptionalLong baseOffset = LogFiles.offsetOf(absolute.getFileName().toString(), LogFiles.LOG);
        if (!Files.isRegularFile(absolute)) {
            throw new UnusableException("There is no file " + file + ".");
        }
        if (parent == null || root == null || baseOffset.isEmpty()) {
            throw new UnusableException(
                    file + " is no segment: its name is 20 digits and .log, in a directory named as its partition.");
        }
        Storage storage = SystemWorld.openExisting(root).storage();
        String name = parent.getFileName().toString();
        return dump.print(new SegmentDirectory(storage, name, partitionOf(name), 0, ""), baseOffset.getAsLong());
    }

    /** For messages, and to know the internal topics by. */
    private static TopicPartition partitionOf(String directory) {
        int dash = directory.lastIndexOf('-');
        String number = directory.substring(dash + 1);
        return dash > 0 && number.matches("[0-9]{1,9}")
                ? new TopicPartition(directory.substring(0, dash), Integer.parseInt(number))
                : new TopicPartition(directory, 0);
    }
}
