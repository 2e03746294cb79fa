package io.millrace.benchmarks;

import com.sun.management.UnixOperatingSystemMXBean;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogProducer;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a log with many partitions takes: time to create, open, write, read and close it, and memory per partition. */
@Command(
        name = "partitions",
        description = "Times a log with many partitions, each phase in a JVM of its own, and weighs it.",
        mixinStandardHelpOptions = true)
final class ManyPartitions implements Callable<Integer> {
    private static final String TOPIC = "many";
    private static final int RECORDS_IN_TURN = 200_000;

    /** The phases in their order. What one leaves in the directory is where the next begins. */
    enum Phase {
        CREATE,
        USE,
        KILL,
        REOPEN
    }

    @Option(
            names = "--dir",
            description = "Where to keep the log, which must not exist; default: a new directory, deleted at the end.")
    private @Nullable Path directory;

    @Option(
            names = "--partitions",
            defaultValue = "1000",
            description = "How many there are; default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(
            names = "--records",
            defaultValue = "20",
            description = "Records of 100 bytes written to each; default: ${DEFAULT-VALUE}.")
    private int records;

    @Option(names = "--phase", description = "Runs only this one of ${COMPLETION-CANDIDATES}, in this JVM, on --dir.")
    private @Nullable Phase phase;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path given = directory;
        if (phase != null && given != null) {
            run(phase, given);
            return 0;
        }
        Path root = DataDirectory.create("partitions-");
        Path log = given == null ? root.resolve("log") : given;
        try {
            Figure.print(measure(log, partitions, records));
        } finally {
            DataDirectory.delete(root);
        }
        return 0;
    }

    /** Runs all phases. */
    static List<Figure> measure(Path log, int partitions, int records) throws IOException, InterruptedException {
        List<Figure> figures = new ArrayList<>();
        for (Phase each : Phase.values()) {
            int status = each == Phase.KILL ? ChildJvm.HALTED : 0;
            figures.addAll(ChildJvm.run(
                    status,
                    List.of(
                            "partitions",
                            "--phase=" + each,
                            "--dir=" + log,
                            "--partitions=" + partitions,
                            "--records=" + records)));
        }
        return figures;
    }

    private void run(Phase which, Path log) {
        switch (which) {
            case CREATE -> create(log);
            case USE -> use(log);
            case KILL -> kill(log);
            case REOPEN -> reopen(log);
        }
    }

    private void create(Path directory) {
        EmbeddedLog log = EmbeddedLog.open(directory);
        long began = System.nanoTime();
        log.admin().createTopic(TOPIC, partitions, TopicSettings.defaults());
        Figure.report(Figure.millis("create the topic", began));
        close("close, no partition used", log);
    }

    private void use(Path directory) {
        long began = System.nanoTime();
        EmbeddedLog log = EmbeddedLog.open(directory);
        Figure.report(Figure.millis("open after a clean close", began));
        Weight empty = Weight.now();
        write("write to each partition", log);
        Weight used = Weight.now();
        Figure.report(new Figure("heap per partition in use", (used.heap - empty.heap) / partitions, "bytes"));
        Figure.report(new Figure("direct memory, all partitions in use", used.direct, "bytes"));
        Figure.report(new Figure("open files, all partitions in use", used.files - empty.files, "files"));
        read(log);
        writeInTurn(log);
        close("close, all partitions written", log);
    }

    private void kill(Path directory) {
        EmbeddedLog log = EmbeddedLog.open(directory);
        write("write to each partition, again", log);
        Runtime.getRuntime().halt(ChildJvm.HALTED);
    }

    private void reopen(Path directory) {
        long began = System.nanoTime();
        EmbeddedLog log = EmbeddedLog.open(directory);
        Figure.report(Figure.millis("open after a kill", began));
        long used = System.nanoTime();
        for (TopicPartition partition : all()) {
            log.admin().endOffset(partition, Isolation.READ_COMMITTED);
        }
        Figure.report(Figure.millis("recover each partition", used));
        close("close, all partitions recovered", log);
    }

    private void write(String name, EmbeddedLog log) {
        BytesView value = BytesView.of(new byte[100]);
        long began = System.nanoTime();
        try (LogProducer producer = log.producer()) {
            for (TopicPartition partition : all()) {
                for (int i = 0; i < records; i++) {
                    producer.send(partition, i, null, value, List.of());
                }
            }
        }
        Figure.report(Figure.millis(name, began));
    }

    /** Each record to another partition than the one before: so many batches are under construction at once. */
    private void writeInTurn(EmbeddedLog log) {
        BytesView value = BytesView.of(new byte[100]);
        List<TopicPartition> all = all();
        long began = System.nanoTime();
        try (LogProducer producer = log.producer()) {
            for (int i = 0; i < RECORDS_IN_TURN; i++) {
                producer.send(all.get(i % partitions), i, null, value, List.of());
            }
        }
        Figure.report(Figure.millis("write 200,000 records to the partitions in turn", began));
    }

    private void read(EmbeddedLog log) {
        long left = (long) partitions * records;
        long began = System.nanoTime();
        try (LogConsumer consumer = log.consumer(ConsumerConfig.standalone())) {
            consumer.assign(new HashSet<>(all()));
            while (left > 0) {
                for (RecordCursor cursor : consumer.poll(Duration.ofSeconds(1))) {
                    while (cursor.next()) {
                        left--;
                    }
                }
            }
        }
        Figure.report(Figure.millis("read all partitions", began));
    }

    private static void close(String name, EmbeddedLog log) {
        long began = System.nanoTime();
        log.close();
        Figure.report(Figure.millis(name, began));
    }

    private List<TopicPartition> all() {
        List<TopicPartition> all = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            all.add(new TopicPartition(TOPIC, i));
        }
        return all;
    }

    /** What this process holds after a garbage collection: bytes of heap and of direct buffers, and open files. */
    private record Weight(double heap, double direct, long files) {
        static Weight now() {
            // The second collection takes what the first one's cleaners let go.
            System.gc();
            System.gc();
            double direct = 0;
            for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
                if (pool.getName().equals("direct")) {
                    direct += pool.getMemoryUsed();
                }
            }
            return new Weight(
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    direct,
                    ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                            .getOpenFileDescriptorCount());
        }
    }
}
