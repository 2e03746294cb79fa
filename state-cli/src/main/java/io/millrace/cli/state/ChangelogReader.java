package io.millrace.cli.state;

import io.millrace.cli.command.StopSignal;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.EventLog;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the committed records of a changelog in order, piece by piece. Owned by one thread. */
final class ChangelogReader implements AutoCloseable {
    private static final Duration WAIT = Duration.ofMillis(100);

    private final TopicPartition changelog;
    private final LogConsumer consumer;
    private final StopSignal stop;
    private final boolean isGlobal;

    /** Takes a change; a null value is a deletion. The views are valid during the call. */
    @FunctionalInterface
    interface Visitor {
        void change(long offset, BytesView key, @Nullable BytesView value);
    }

    /** @param isGlobal true if it is the topic of a global table, in which a record without a key is no row */
    ChangelogReader(EventLog log, TopicPartition changelog, long from, StopSignal stop, boolean isGlobal) {
        this.isGlobal = isGlobal;
        this.changelog = changelog;
        this.stop = stop;
        consumer = log.consumer(ConsumerConfig.standalone());
        consumer.assign(Set.of(changelog));
        consumer.seek(changelog, from);
    }

    /** The offset that comes next. */
    long position() {
        return consumer.position(changelog);
    }

    /**
     * Reads up to {@code end}, or somewhat beyond it; what was read is not read again.
     *
     * @param end no greater than the last stable offset
     * @param progress told the position now and then
     */
    void readTo(long end, Visitor visitor, Runnable progress) {
        while (position() < end) {
            stop.check();
            for (RecordCursor cursor : consumer.poll(WAIT)) {
                while (cursor.next()) {
                    LogRecord record = cursor.record();
                    BytesView key = record.key();
                    if (key == null && isGlobal) {
                        continue;
                    }
                    if (key == null) {
                        throw new LogException(
                                Disposition.STOP,
                                "A record without a key in changelog " + changelog + " at offset " + record.offset()
                                        + ": only the application may write to it");
                    }
                    visitor.change(record.offset(), key, record.value());
                }
            }
            progress.run();
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
