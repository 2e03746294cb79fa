package io.millrace.examples.bank.audit;

import io.millrace.serde.BytesView;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A history that tells how much of it was read. Owned by one thread. */
public final class WatchedHistory implements History {
    private static final int RECORDS_BETWEEN = 10_000;

    private final History history;
    private final LongConsumer watcher;
    private long read;

    /** @param watcher is told now and then how many records were read in all; what it throws ends the reading */
    public WatchedHistory(History history, LongConsumer watcher) {
        this.history = history;
        this.watcher = watcher;
    }

    @Override
    public int partitions(String topic) {
        return history.partitions(topic);
    }

    @Override
    public Records open(String topic, int partition) {
        Records records = history.open(topic, partition);
        return new Records() {
            @Override
            public boolean next() {
                if (++read % RECORDS_BETWEEN == 0) {
                    watcher.accept(read);
                }
                return records.next();
            }

            @Override
            public long offset() {
                return records.offset();
            }

            @Override
            public @Nullable BytesView key() {
                return records.key();
            }

            @Override
            public @Nullable BytesView value() {
                return records.value();
            }

            @Override
            public long sizeHint() {
                return records.sizeHint();
            }

            @Override
            public void close() {
                records.close();
            }
        };
    }
}
