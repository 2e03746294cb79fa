package io.millrace.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.log.Isolation;
import io.millrace.log.LogProducer;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long a large log takes to open, after a clean close and after a kill under full load. */
@Command(
        name = "open",
        description =
                "Builds a large log, then times its opening after a clean close and after a kill, each in a new JVM.",
        mixinStandardHelpOptions = true)
final class LargeLog implements Callable<Integer> {
    private static final String TOPIC = "large";
    private static final int PARTITIONS = 4;
    private static final int VALUE_BYTES = 100;
    /** What a record takes in the log: value, key, and the fields around them. */
    private static final int RECORD_BYTES = VALUE_BYTES + 18;

    private static final Path CACHES = Path.of("/proc/sys/vm/drop_caches");

    /** What a child process does. */
    enum Phase {
        /** Writes what is asked for and closes. */
        BUILD,
        /** Opens what was closed, uses every partition, and closes. */
        CLEAN,
        /** Writes at full speed and is gone. */
        KILL,
        /** The same as CLEAN, after KILL. */
        UNCLEAN
    }

    @Option(
            names = "--dir",
            description = "Where to keep the log; if there is one it is used as it is. Default: a new directory.")
    private @Nullable Path directory;

    @Option(names = "--mib", defaultValue = "10240", description = "Size of the log; default: ${DEFAULT-VALUE}.")
    private long mebibytes;

    @Option(
            names = "--tail-mib",
            defaultValue = "1024",
            description = "How much the killed process wrote since it opened the log; default: ${DEFAULT-VALUE}.")
    private long tailMebibytes;

    @Option(
            names = "--runs",
            defaultValue = "3",
            description = "How often each opening is timed; default: ${DEFAULT-VALUE}.")
    private int runs;

    @Option(names = "--keep", description = "Leaves the log there.")
    private boolean keep;

    @Option(names = "--cold", description = "Empties the machine's page cache before each opening; Linux, as root.")
    private boolean cold;

    @Option(names = "--phase", hidden = true)
    private @Nullable Phase phase;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path given = directory;
        if (phase != null && given != null) {
            run(phase, given);
            return 0;
        }
        Path log = given == null ? DataDirectory.create("large-").resolve("log") : given;
        try {
            Figure.print(measure(log));
        } finally {
            if (!keep) {
                DataDirectory.delete(given == null ? log.resolveSibling("") : log);
            }
        }
        return 0;
    }

    /** The default questions, for a table with others. */
    static List<Figure> measure(Path log, long mebibytes, int runs) throws IOException, InterruptedException {
        LargeLog program = new LargeLog();
        program.mebibytes = mebibytes;
        program.tailMebibytes = 1024;
        program.runs = runs;
        return program.measure(log);
    }

    private List<Figure> measure(Path log) throws IOException, InterruptedException {
        List<Figure> figures = new ArrayList<>();
        if (!Files.exists(log)) {
            figures.addAll(child(Phase.BUILD, log, mebibytes));
        }
        List<Figure> openings = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            dropCaches();
            openings.addAll(child(Phase.CLEAN, log, 0));
        }
        for (int i = 0; i < runs; i++) {
            child(Phase.KILL, log, tailMebibytes);
            dropCaches();
            openings.addAll(child(Phase.UNCLEAN, log, 0));
        }
        figures.addAll(Figure.medians(openings));
        return figures;
    }

    private void dropCaches() throws IOException {
        if (cold) {
            // What is not yet on the disk stays in memory: only what was forced can be cold.
            Files.writeString(CACHES, "1");
        }
    }

    private static List<Figure> child(Phase phase, Path log, long mebibytes) throws IOException, InterruptedException {
        int status = phase == Phase.KILL ? ChildJvm.HALTED : 0;
        return ChildJvm.run(
                status,
                List.of("open", "--phase=" + phase, "--dir=" + log, "--mib=" + mebibytes, "--tail-mib=" + mebibytes));
    }

    private void run(Phase which, Path path) {
        switch (which) {
            case BUILD -> build(path);
            case CLEAN -> open("after a clean close", path);
            case KILL -> {
                write(EmbeddedLog.open(path), tailMebibytes << 20);
                Runtime.getRuntime().halt(ChildJvm.HALTED);
            }
            case UNCLEAN -> open("after a kill", path);
        }
    }

    private void build(Path path) {
        long began = System.nanoTime();
        try (EmbeddedLog log = EmbeddedLog.open(path)) {
            log.admin().createTopic(TOPIC, PARTITIONS, TopicSettings.defaults());
            write(log, mebibytes << 20);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        Figure.report(new Figure("size of the log", mebibytes / 1024.0, "GiB"));
        Figure.report(new Figure("build it and close", seconds, "s"));
    }

    private static void write(EmbeddedLog log, long bytes) {
        Samples samples = new Samples(VALUE_BYTES);
        List<TopicPartition> partitions = partitions();
        try (LogProducer producer = log.producer()) {
            for (long i = 0; i < bytes / RECORD_BYTES; i++) {
                TopicPartition to = partitions.get((int) (i % PARTITIONS));
                producer.send(to, i, samples.key((int) i), samples.value((int) i), List.of());
            }
        }
    }

    private static void open(String when, Path path) {
        long began = System.nanoTime();
        EmbeddedLog log = EmbeddedLog.open(path);
        Figure.report(Figure.millis("open " + when, began));
        for (TopicPartition partition : partitions()) {
            log.admin().endOffset(partition, Isolation.READ_COMMITTED);
        }
        Figure.report(Figure.millis("open " + when + ", all partitions usable", began));
        Figure.report(new Figure("open " + when + ", processor time of the whole process", processorMillis(), "ms"));
        log.close();
    }

    private static double processorMillis() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() / 1e6;
    }

    private static List<TopicPartition> partitions() {
        List<TopicPartition> partitions = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(new TopicPartition(TOPIC, i));
        }
        return partitions;
    }
}
