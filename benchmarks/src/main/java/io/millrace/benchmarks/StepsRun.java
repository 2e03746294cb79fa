package io.millrace.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.World;
import io.millrace.platform.system.SystemWorld;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serdes;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One pipeline over one input, from its start until everything is committed.
 *
 * @param records in all topics together
 * @param keys how many different ones
 */
record StepsRun(StepWork work, int records, int keys, int loops) {
    /** So many records happen in a millisecond: a window of a minute has some for every key. */
    private static final int RECORDS_PER_MILLI = 5;

    private static final long EPOCH_MILLIS = 1_700_000_000_000L;
    private static final int PARTITIONS = 4;

    /** What it took. */
    record Took(double recordsPerSecond, double processorNanos, double allocatedBytes) {}

    Took measure(Path directory) {
        World world = SystemWorld.open(directory.resolve("log"));
        try (EmbeddedLog log = EmbeddedLog.open(world, EmbeddedLogConfig.defaults())) {
            write(log);
            AppSettings settings = AppSettings.of(
                            world,
                            (logId, memory) ->
                                    RocksBackend.open(directory.resolve("state"), logId, RocksConfig.within(memory)))
                    .withLoops(loops);
            double processor = processorNanos();
            long allocated = allocatedBytes();
            long began = System.nanoTime();
            try (Application app = work.pipeline().start(log, settings)) {
                if (!app.awaitDrained(Duration.ofMinutes(10))) {
                    throw new IllegalStateException(
                            work.label() + " did not process everything",
                            app.failure().orElse(null));
                }
                double seconds = (System.nanoTime() - began) / 1e9;
                return new Took(
                        records / seconds,
                        (processorNanos() - processor) / records,
                        (double) (allocatedBytes() - allocated) / records);
            }
        }
    }

    /** Records of both topics in the order of their times, with keys drawn at random. */
    private void write(EmbeddedLog log) {
        List<String> topics = List.of(StepWork.Numbers.LEFT.name(), StepWork.Numbers.RIGHT.name());
        topics.forEach(topic -> log.admin().createTopic(topic, PARTITIONS, TopicSettings.defaults()));
        SplittableRandom random = new SplittableRandom(42);
        BytesWriter key = new BytesWriter();
        BytesWriter value = new BytesWriter();
        int sides = work.isOfTwo() ? 2 : 1;
        try (LogProducer producer = log.producer()) {
            for (int i = 0; i < records; i++) {
                String topic = topics.get(i % sides);
                producer.send(new ProducerRecord(
                        topic,
                        null,
                        EPOCH_MILLIS + i / RECORDS_PER_MILLI,
                        number(key, random.nextInt(keys)),
                        number(value, random.nextInt(keys)),
                        List.of()));
            }
        }
    }

    private static BytesView number(BytesWriter writer, long number) {
        Serdes.int64().write(number, writer.clear());
        return writer.viewInto(new BytesView());
    }

    private static double processorNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static long allocatedBytes() {
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }
}
