package io.millrace.cli.records;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.EventLog;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogConsumer;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Finds the offsets that positions stand for. Owned by one thread. */
final class Offsets {
    private final EventLog log;
    private final Isolation isolation;

    Offsets(EventLog log, Isolation isolation) {
        this.log = log;
        this.isolation = isolation;
    }

    long end(TopicPartition partition) {
        return log.admin().endOffset(partition, isolation);
    }

    /** @param end where the partition ended when it was looked at first: what came since is not counted */
    long of(Position position, TopicPartition partition, long end) {
        LogAdmin admin = log.admin();
        if (position instanceof Position.Beginning) {
            return admin.logStartOffset(partition);
        }
        if (position instanceof Position.Offset given) {
            return Math.min(end, Math.max(admin.logStartOffset(partition), given.offset()));
        }
        if (position instanceof Position.Time time) {
            return Math.min(
                    end,
                    admin.offsetForTimestamp(partition, time.millis(), isolation)
                            .orElse(end));
        }
        return position instanceof Position.Last last ? last(last.count(), partition, end) : end;
    }

    /** Offsets are not records: there are markers and aborted ones between them, and compaction removes some. */
    private long last(long count, TopicPartition partition, long end) {
        long start = log.admin().logStartOffset(partition);
        long span = count;
        while (count > 0) {
            long from = Math.max(start, end - Math.min(span, end));
            long found = count(partition, from, end);
            if (found >= count) {
                return found == count ? from : offsetOf(found - count, partition, from, end);
            }
            if (from == start) {
                return start;
            }
            span = span > Long.MAX_VALUE / 4 ? Long.MAX_VALUE : span * 4;
        }
        return end;
    }

    private long count(TopicPartition partition, long from, long end) {
        return walk(Long.MAX_VALUE, partition, from, end).seen();
    }

    /** @param index of a record from {@code from} on, the first one being 0 */
    private long offsetOf(long index, TopicPartition partition, long from, long end) {
        return walk(index, partition, from, end).offset();
    }

    /** @param seen how many records were passed @param offset that of the record after them, or the end */
    private record Walk(long seen, long offset) {}

    private Walk walk(long atMost, TopicPartition partition, long from, long end) {
        long seen = 0;
        try (LogConsumer consumer = log.consumer(ConsumerConfig.standalone().withIsolation(isolation))) {
            consumer.assign(Set.of(partition));
            consumer.seek(partition, from);
            List<RecordCursor> ready = consumer.poll(Duration.ZERO);
            while (!ready.isEmpty()) {
                RecordCursor cursor = ready.get(0);
                while (cursor.next()) {
                    if (cursor.record().offset() >= end || seen == atMost) {
                        return new Walk(seen, cursor.record().offset());
                    }
                    seen++;
                }
                ready = consumer.poll(Duration.ZERO);
            }
        }
        return new Walk(seen, end);
    }
}
