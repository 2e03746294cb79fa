package io.millrace.benchmarks;

import io.millrace.log.Compression;
import io.millrace.log.Compression.Codec;
import io.millrace.log.Durability;
import io.millrace.log.LogProducer;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many records a second does one producer append to four partitions, on files, each record to another partition than the one before?
 * Operations are records. After 20,000 of them all are acknowledged: with {@code POWER_LOSS}, forced.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class AppendBenchmark {
    private static final int PARTITIONS = 4;
    private static final int RECORDS = 20_000;

    @Param({"100", "1024"})
    public int valueBytes;

    @Param("PROCESS_CRASH")
    public Durability durability;

    @Param("NONE")
    public Codec compression;

    private Path directory;
    private EmbeddedLog log;
    private Samples samples;
    private String topic = "";
    private TopicPartition[] partitions;
    private LogProducer producer;
    private long timestamp;

    @Setup(Level.Trial)
    public void openLog() throws IOException {
        directory = DataDirectory.create("append-");
        log = EmbeddedLog.open(directory, EmbeddedLogConfig.defaults().withDurability(durability));
        samples = new Samples(valueBytes);
    }

    /** A topic for each iteration, so that a run needs no more room on the disk than one of them. */
    @Setup(Level.Iteration)
    public void createTopic() {
        topic = "append-" + System.nanoTime();
        TopicSettings settings = TopicSettings.defaults().withCompression(Compression.of(compression));
        log.admin().createTopic(topic, PARTITIONS, settings);
        partitions = new TopicPartition[PARTITIONS];
        Arrays.setAll(partitions, i -> new TopicPartition(topic, i));
        producer = log.producer();
    }

    @TearDown(Level.Iteration)
    public void deleteTopic() {
        producer.close();
        log.admin().deleteTopic(topic);
    }

    @TearDown(Level.Trial)
    public void closeLog() throws IOException {
        log.close();
        DataDirectory.delete(directory);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long append() {
        for (int i = 0; i < RECORDS; i++) {
            producer.send(partitions[i % PARTITIONS], timestamp, samples.key(i), samples.value(i), List.of());
        }
        producer.flush();
        return timestamp++;
    }
}
