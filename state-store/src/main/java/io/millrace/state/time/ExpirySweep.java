package io.millrace.state.time;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyRange;
import io.millrace.state.StagedStore;
import io.millrace.state.StoreLayer;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Removes what has expired, some at every so many puts: twice as many as there were puts, so that it keeps up and never takes long (T3). It
 * begins where it left off and not at the first key: RocksDB would walk over everything that was ever removed. Owned by the partition's
 * thread.
 */
final class ExpirySweep {
    private static final int PUTS_A_STEP = 64;
    private static final int MOST_A_STEP = 2 * PUTS_A_STEP;
    /** Where time alone moves on, what has expired stays for this part of the retention at the most: each step is a scan. */
    private static final int STEPS_A_RETENTION = 64;

    private final StreamClock clock;
    private final StagedStore<BytesView, BytesView> entries;
    private final int tag;
    private final Consumer<BytesView> before;
    private int puts;
    /** The limit at the last step, of which nothing is left after a rollback. */
    private long steppedAt = Long.MIN_VALUE;

    private boolean hasMore;

    /**
     * @param tag of the part whose keys go on with the first time of their bucket
     * @param before told of a key before it is removed
     */
    ExpirySweep(StoreLayer layer, StreamClock clock, int tag, Consumer<BytesView> before) {
        this.clock = clock;
        this.entries = layer.uncached(Serdes.bytes(), Serdes.bytes());
        this.tag = tag;
        this.before = before;
        layer.onRollback(() -> steppedAt = Long.MIN_VALUE);
    }

    /** Called after each put. */
    void afterPut() {
        puts++;
        if (puts >= PUTS_A_STEP) {
            step();
        }
    }

    /** Called each time that the clock has moved: at full speed that is with every record, by a millisecond. */
    void afterAdvance() {
        long limit = clock.limit();
        if (hasMore || TimeRule.minus(limit, clock.retentionMillis() / STEPS_A_RETENTION) >= steppedAt) {
            step();
        }
    }

    /** Removes some of what has expired. */
    private void step() {
        puts = 0;
        hasMore = false;
        steppedAt = clock.limit();
        BytesView end = bucketKey(clock.bucketOf(clock.limit()));
        BytesView begin = clock.expiredTo().length() == 0 ? bucketKey(Long.MIN_VALUE) : clock.expiredTo();
        if (begin.compareTo(end) >= 0) {
            return;
        }
        List<Map.Entry<BytesView, BytesView>> expired =
                entries.range(KeyRange.between(begin, end)).limited(MOST_A_STEP);
        for (Map.Entry<BytesView, BytesView> entry : expired) {
            before.accept(entry.getKey());
            entries.delete(entry.getKey());
        }
        hasMore = expired.size() == MOST_A_STEP;
        clock.expiredTo(hasMore ? expired.get(expired.size() - 1).getKey() : end);
    }

    private BytesView bucketKey(long time) {
        BytesWriter key = new BytesWriter(1 + Long.BYTES).putByte(tag);
        return TimeRule.put(time, key).viewInto(new BytesView());
    }
}
