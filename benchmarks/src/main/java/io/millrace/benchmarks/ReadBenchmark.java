package io.millrace.benchmarks;

import io.millrace.log.Compression;
import io.millrace.log.Compression.Codec;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogProducer;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
 * How many records a second does one read-committed consumer read from four partitions that are in the page cache? Operations are records
 * that it was handed; of each it looks at offset, key and value.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class ReadBenchmark {
    private static final String TOPIC = "read";
    private static final int PARTITIONS = 4;
    private static final int RECORDS = 100_000;
    /** More than any processor's cache, less than the page cache. */
    private static final long LOG_BYTES = 512L << 20;

    /** What the log holds besides records. */
    public enum Content {
        /** Nothing. */
        PLAIN,
        /** The markers of transactions of 10,000 records, all committed. */
        COMMITTED,
        /** The same, and every fifth transaction was aborted. */
        ABORTED
    }

    @Param({"100", "1024"})
    public int valueBytes;

    @Param("PLAIN")
    public Content content;

    @Param("NONE")
    public Codec compression;

    private final Set<TopicPartition> partitions = new TreeSet<>();
    private Path directory;
    private EmbeddedLog log;
    private LogConsumer consumer;
    private List<RecordCursor> ready = List.of();
    private int turn;

    @Setup(Level.Trial)
    public void writeLog() throws IOException {
        directory = DataDirectory.create("read-");
        log = EmbeddedLog.open(directory);
        log.admin()
                .createTopic(TOPIC, PARTITIONS, TopicSettings.defaults().withCompression(Compression.of(compression)));
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(new TopicPartition(TOPIC, i));
        }
        int records = (int) (LOG_BYTES / valueBytes);
        if (content == Content.PLAIN) {
            writePlain(records);
        } else {
            writeTransactions(records);
        }
        consumer = log.consumer(ConsumerConfig.standalone());
        consumer.assign(partitions);
    }

    private void writePlain(int records) {
        Samples samples = new Samples(valueBytes);
        TopicPartition[] to = partitions.toArray(TopicPartition[]::new);
        try (LogProducer producer = log.producer()) {
            for (int i = 0; i < records; i++) {
                producer.send(to[i % PARTITIONS], i, samples.key(i), samples.value(i), List.of());
            }
        }
    }

    private void writeTransactions(int records) {
        Samples samples = new Samples(valueBytes);
        TopicPartition[] to = partitions.toArray(TopicPartition[]::new);
        int size = 10_000;
        try (TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of(TOPIC))) {
            for (int transaction = 0; transaction < records / size; transaction++) {
                producer.begin();
                for (int i = 0; i < size; i++) {
                    producer.send(to[i % PARTITIONS], i, samples.key(i), samples.value(i), List.of());
                }
                if (content == Content.ABORTED && transaction % 5 == 4) {
                    producer.abort();
                } else {
                    producer.commit();
                }
            }
        }
    }

    @TearDown(Level.Trial)
    public void closeLog() throws IOException {
        consumer.close();
        log.close();
        DataDirectory.delete(directory);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long read() {
        long seen = 0;
        int left = RECORDS;
        while (left > 0) {
            RecordCursor cursor = nextCursor();
            while (left > 0 && cursor.next()) {
                seen += look(cursor.record());
                left--;
            }
        }
        return seen;
    }

    private static long look(LogRecord record) {
        BytesView key = record.key();
        BytesView value = record.value();
        return key == null || value == null ? 0 : record.offset() + key.getLong(0) + value.getByte(value.length() - 1);
    }

    /** A cursor with records; at the end of the log, it begins again. */
    private RecordCursor nextCursor() {
        while (turn < ready.size()) {
            RecordCursor cursor = ready.get(turn);
            if (!cursor.isExhausted()) {
                return cursor;
            }
            turn++;
        }
        turn = 0;
        ready = consumer.poll(Duration.ZERO);
        if (ready.isEmpty()) {
            consumer.seekToBeginning(partitions);
            ready = consumer.poll(Duration.ZERO);
        }
        return ready.get(0);
    }
}
