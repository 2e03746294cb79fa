package io.millrace.log.embedded;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.partition.PartitionCursor;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.platform.World;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a whole partition, of an engine or of its files. */
final class Reading {
    private static final int FETCH_BYTES = 1 << 16;

    private Reading() {}

    /** What a reader was given until it was at the end, or was told of damage. */
    record Seen(List<String> values, @Nullable LogException error) {}

    /** What is read by who does not own the log. */
    static Seen ofFiles(World world, TopicPartition partition) {
        List<String> values = new ArrayList<>();
        try (ReadOnlyLog log = ReadOnlyLog.open(world);
                LogConsumer consumer =
                        log.consumer(ConsumerConfig.standalone().withIsolation(Isolation.READ_UNCOMMITTED))) {
            consumer.assign(Set.of(partition));
            List<RecordCursor> ready = consumer.poll(Duration.ZERO);
            while (!ready.isEmpty()) {
                for (RecordCursor cursor : ready) {
                    while (cursor.next()) {
                        values.add(textOf(cursor.record().value()));
                    }
                }
                ready = consumer.poll(Duration.ZERO);
            }
            return new Seen(values, null);
        } catch (LogException error) {
            return new Seen(values, error);
        }
    }

    private static String textOf(@Nullable BytesView value) {
        return value == null ? "none" : value.toUtf8();
    }

    static List<String> values(LogEngine engine, TopicPartition partition, Isolation isolation) {
        PartitionLog log = engine.partition(partition);
        PartitionCursor cursor =
                new PartitionCursor(log, isolation, FETCH_BYTES, log.view().logStartOffset());
        List<String> values = new ArrayList<>();
        while (cursor.refill()) {
            cursor.next();
            values.add(textOf(cursor.record().value()));
        }
        return values;
    }
}
