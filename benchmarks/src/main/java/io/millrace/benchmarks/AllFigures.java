package io.millrace.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Everything that this module measures, in one table, within ten minutes. */
@Command(
        name = "all",
        description =
                "Prints a table of all figures: the disk's, append, read, state, opening a large log, many partitions.",
        mixinStandardHelpOptions = true)
final class AllFigures implements Callable<Integer> {
    /**
     * A line of the table.
     *
     * @param scale what JMH's operations per second are divided by to be the unit's
     */
    private record Line(String name, String benchmark, Map<String, String> parameters, double scale, String unit) {}

    private static final double MIB = 1024;
    private static final double MILLION = 1e6;
    private static final String RECORDS = "million/s";

    private static final List<Line> LINES = List.of(
            new Line("disk: page-cache write", "DiskBenchmark.pageCacheWrite", Map.of(), MIB, "MiB/s"),
            new Line("disk: page-cache read", "DiskBenchmark.pageCacheRead", Map.of(), MIB, "MiB/s"),
            new Line("disk: append 4 KiB and force", "DiskBenchmark.appendAndForce", Map.of(), 1, "/s"),
            append("append 100 B", "100", "PROCESS_CRASH", "NONE"),
            append("append 1 KiB", "1024", "PROCESS_CRASH", "NONE"),
            append("append 100 B, LZ4", "100", "PROCESS_CRASH", "LZ4"),
            append("append 100 B, ZSTD", "100", "PROCESS_CRASH", "ZSTD"),
            append("append 100 B, POWER_LOSS", "100", "POWER_LOSS", "NONE"),
            read("read 100 B", "100", "PLAIN", "NONE"),
            read("read 1 KiB", "1024", "PLAIN", "NONE"),
            read("read 100 B, a fifth of transactions aborted", "100", "ABORTED", "NONE"),
            read("read 100 B, LZ4", "100", "PLAIN", "LZ4"),
            state("state get, hot keys of a million", "StateBenchmark.get", "HOT"),
            state("state put, hot keys of a million", "StateBenchmark.put", "HOT"),
            state("the same look-ups with plain RocksDB", "PlainRocksBenchmark.get", "HOT"),
            state("the same changes with plain RocksDB", "PlainRocksBenchmark.put", "HOT"),
            state("state get and put, any of a million", "StateBenchmark.getAndPut", "UNIFORM"),
            state("the same with plain RocksDB", "PlainRocksBenchmark.getAndPut", "UNIFORM"),
            commit("state commit of 1,000 changed keys", "1000"),
            commit("state commit of 100,000 changed keys", "100000"));

    @Option(names = "--json", description = "Writes JMH's results to this file as well.")
    private @Nullable Path json;

    @Option(
            names = "--mib",
            defaultValue = "10240",
            description = "Size of the log that is opened; default: ${DEFAULT-VALUE}.")
    private long mebibytes;

    private static Line append(String name, String bytes, String durability, String codec) {
        return new Line(
                name,
                "AppendBenchmark.append",
                Map.of("valueBytes", bytes, "durability", durability, "compression", codec),
                MILLION,
                RECORDS);
    }

    private static Line state(String name, String benchmark, String order) {
        return new Line(name, benchmark, Map.of("keys", "1000000", "order", order), 1, "ns");
    }

    private static Line commit(String name, String changed) {
        return new Line(name, "StateCommitBenchmark.commit", Map.of("changed", changed), 1, "µs");
    }

    private static Line read(String name, String bytes, String content, String codec) {
        return new Line(
                name,
                "ReadBenchmark.read",
                Map.of("valueBytes", bytes, "content", content, "compression", codec),
                MILLION,
                RECORDS);
    }

    @Override
    public Integer call() throws IOException, InterruptedException, RunnerException {
        List<RunResult> results = new ArrayList<>();
        for (Line line : LINES) {
            System.err.println(line.name + " ...");
            RunResult result = run(line);
            results.add(result);
            print(line, result);
        }
        Path root = DataDirectory.create("all-");
        try {
            System.err.println("opening a large log ...");
            Figure.print(LargeLog.measure(root.resolve("large"), mebibytes, 3));
            System.err.println("restart of state ...");
            Figure.print(StateRestart.measure(root.resolve("state"), 1_000_000, 1_000_000, 1));
            System.err.println("many partitions ...");
            Figure.print(ManyPartitions.measure(root.resolve("many"), 1000, 20));
        } finally {
            DataDirectory.delete(root);
        }
        writeJson(results);
        return 0;
    }

    private static RunResult run(Line line) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(line.benchmark.replace(".", "\\.") + "$")
                .addProfiler(GCProfiler.class)
                .addProfiler(CpuProfiler.class)
                .verbosity(VerboseMode.SILENT);
        line.parameters.forEach(options::param);
        Collection<RunResult> results = new Runner(options.build()).run();
        return results.iterator().next();
    }

    private static void print(Line line, RunResult result) {
        Result<?> primary = result.getPrimaryResult();
        double score = primary.getScore() / line.scale;
        double error = primary.getScoreError() / line.scale;
        Figure.print(List.of(new Figure(line.name, score, line.unit)));
        System.out.printf(
                "%56s %14s   cpu %.1f ns, allocated %.2f bytes per operation%n",
                "", "± " + new Figure("", error, "").text(), secondary(result, "cpu"), secondary(result, "norm"));
    }

    /** The score of the profiler's result whose name ends so. */
    private static double secondary(RunResult result, String name) {
        for (String key : result.getSecondaryResults().keySet()) {
            if (key.endsWith(name)) {
                return result.getSecondaryResults().get(key).getScore();
            }
        }
        return Double.NaN;
    }

    private void writeJson(List<RunResult> results) throws IOException {
        Path file = json;
        if (file == null) {
            return;
        }
        try (java.io.PrintStream out = new PrintStream(file.toFile(), StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
    }
}
