package io.millrace.benchmarks;

import io.millrace.log.Durability;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How many transactions of records of 100 bytes a second, and how long a commit takes. In one partition from one producer, in three, and
 * from eight producers at once. Beside them, in turns with them, what the disk's bare loop of append and force reaches, in files of its own.
 */
@Command(
        name = "transactions",
        description =
                "Measures transactions per second and the latency of their commits, beside the disk's bare force.",
        mixinStandardHelpOptions = true)
final class Transactions implements Callable<Integer> {
    private static final int[] RECORDS = {1, 10, 100, 1000};
    private static final int TOGETHER = 8;
    private static final int VALUE_BYTES = 100;
    private static final int WARM_UP_TURNS = 2;

    @Option(
            names = "--turns",
            defaultValue = "5",
            description = "How often each is measured; default: ${DEFAULT-VALUE}.")
    private int turns;

    @Option(
            names = "--millis",
            defaultValue = "500",
            description = "How long each turn of each takes; default: ${DEFAULT-VALUE}.")
    private long millis;

    /** What is measured in turns. */
    private interface Subject extends AutoCloseable {
        String name();

        /** Runs until the deadline, and adds how long each operation took, in nanoseconds. */
        void run(long deadlineNanos, Latencies latencies) throws Exception;

        @Override
        void close() throws IOException;
    }

    @Override
    public Integer call() throws Exception {
        Path root = DataDirectory.create("transactions-");
        try {
            for (Durability durability : Durability.values()) {
                measure(root, durability);
            }
        } finally {
            DataDirectory.delete(root);
        }
        return 0;
    }

    private void measure(Path root, Durability durability) throws Exception {
        try (EmbeddedLog log = EmbeddedLog.open(
                root.resolve(durability.name()), EmbeddedLogConfig.defaults().withDurability(durability))) {
            List<Subject> subjects = new ArrayList<>();
            subjects.add(BareForce.open(root.resolve("bare-" + durability)));
            for (int records : RECORDS) {
                subjects.add(Sequential.open(log, "one-" + records, records, 1));
            }
            subjects.add(Sequential.open(log, "three-partitions", 3, 3));
            subjects.add(Together.open(log, "together-apart", false));
            subjects.add(Together.open(log, "together-shared", true));
            List<Latencies> latencies = new ArrayList<>();
            subjects.forEach(subject -> latencies.add(new Latencies()));
            for (int turn = 0; turn < WARM_UP_TURNS + turns; turn++) {
                for (int i = 0; i < subjects.size(); i++) {
                    if (turn == WARM_UP_TURNS) {
                        latencies.get(i).clear();
                    }
                    long start = System.nanoTime();
                    subjects.get(i).run(start + TimeUnit.MILLISECONDS.toNanos(millis), latencies.get(i));
                    latencies.get(i).ran(System.nanoTime() - start);
                }
            }
            for (int i = 0; i < subjects.size(); i++) {
                latencies.get(i).print(durability + ": " + subjects.get(i).name());
                subjects.get(i).close();
            }
        }
    }

    /** A loop of append and force of one small block, as a program without a log would do it. */
    private record BareForce(FileChannel channel, ByteBuffer block) implements Subject {
        static BareForce open(Path file) throws IOException {
            return new BareForce(
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    ByteBuffer.allocateDirect(VALUE_BYTES));
        }

        @Override
        public String name() {
            return "bare append and force of 100 B";
        }

        @Override
        public void run(long deadlineNanos, Latencies latencies) throws IOException {
            for (long now = System.nanoTime(); now < deadlineNanos; ) {
                block.clear();
                channel.write(block);
                channel.force(false);
                long then = System.nanoTime();
                latencies.add(then - now);
                now = then;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** One producer, one transaction after the other. */
    private record Sequential(
            TransactionalProducer producer, String name, int records, TopicPartition[] partitions, Samples samples)
            implements Subject {
        static Sequential open(EmbeddedLog log, String topic, int records, int topicPartitions) {
            log.admin().createTopic(topic, topicPartitions, TopicSettings.defaults());
            TopicPartition[] partitions = new TopicPartition[topicPartitions];
            Arrays.setAll(partitions, i -> new TopicPartition(topic, i));
            return open(log, topic, records, partitions);
        }

        static Sequential open(EmbeddedLog log, String id, int records, TopicPartition... partitions) {
            String name = "1 producer, " + records + " records in " + partitions.length + " partitions";
            return new Sequential(
                    log.transactionalProducer(TransactionalProducerConfig.of(id)),
                    name,
                    records,
                    partitions,
                    new Samples(VALUE_BYTES));
        }

        @Override
        public void run(long deadlineNanos, Latencies latencies) {
            for (long now = System.nanoTime(); now < deadlineNanos; ) {
                producer.begin();
                for (int i = 0; i < records; i++) {
                    producer.send(partitions[i % partitions.length], i, null, samples.value(i), List.of());
                }
                producer.flush();
                long asked = System.nanoTime();
                if (producer.commit() != TransactionOutcome.COMMITTED) {
                    throw new IllegalStateException("Not committed");
                }
                now = System.nanoTime();
                latencies.add(now - asked);
            }
        }

        @Override
        public void close() {
            producer.close();
        }
    }

    /** Several producers, each on a thread of its own, in partitions of their own or in the same one; transactions of one record. */
    private record Together(String name, List<Sequential> producers, ExecutorService threads) implements Subject {
        static Together open(EmbeddedLog log, String topic, boolean isShared) {
            log.admin().createTopic(topic, TOGETHER, TopicSettings.defaults());
            List<Sequential> producers = new ArrayList<>();
            for (int i = 0; i < TOGETHER; i++) {
                producers.add(Sequential.open(log, topic + i, 1, new TopicPartition(topic, isShared ? 0 : i)));
            }
            String name =
                    TOGETHER + " producers, 1 record each, " + (isShared ? "in one partition" : "a partition each");
            return new Together(name, producers, Executors.newFixedThreadPool(TOGETHER));
        }

        @Override
        public void run(long deadlineNanos, Latencies latencies) throws InterruptedException, ExecutionException {
            CyclicBarrier start = new CyclicBarrier(TOGETHER);
            List<Future<Latencies>> running = new ArrayList<>();
            for (Sequential producer : producers) {
                running.add(threads.submit(() -> {
                    Latencies own = new Latencies();
                    start.await();
                    producer.run(deadlineNanos, own);
                    return own;
                }));
            }
            for (Future<Latencies> one : running) {
                latencies.add(one.get());
            }
        }

        @Override
        public void close() {
            threads.shutdown();
            producers.forEach(Sequential::close);
        }
    }

    /** How long operations took. */
    private static final class Latencies {
        private long[] nanos = new long[1 << 12];
        private int count;
        private long ranNanos;

        void add(long latency) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = latency;
        }

        void add(Latencies others) {
            for (int i = 0; i < others.count; i++) {
                add(others.nanos[i]);
            }
        }

        void ran(long duration) {
            ranNanos += duration;
        }

        void clear() {
            count = 0;
            ranNanos = 0;
        }

        void print(String name) {
            Arrays.sort(nanos, 0, count);
            Figure.print(List.of(new Figure(name, count / (ranNanos / 1e9), "/s")));
            System.out.printf("%56s p50 %.1f µs, p99 %.1f µs%n", "", at(0.5), at(0.99));
        }

        private double at(double quantile) {
            return count == 0 ? Double.NaN : nanos[(int) ((count - 1) * quantile)] / 1e3;
        }
    }
}
