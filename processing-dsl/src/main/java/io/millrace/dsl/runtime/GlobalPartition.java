package io.millrace.dsl.runtime;

import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.StoreRestore;
import io.millrace.dsl.StoreRestore.Phase;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.state.PartitionState;
import io.millrace.state.StateDatabase;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** One partition of a global table: its rows stand for what was read of the topic's partition, and no other. Owned by the loop that fills the tables. */
final class GlobalPartition implements AutoCloseable {
    /** Records that are kept in memory until they are marked. */
    private static final int MARK_EVERY = 4096;

    private static final Logger LOG = LoggerFactory.getLogger(GlobalPartition.class);

    private final GlobalTables.Rows rows;
    private final TopicPartition source;
    private final PartitionState state;
    private final String name;
    private final long startOffset;
    /** Where the topic ended when this was opened. */
    private final long targetOffset;

    private final LoopObserver observer;
    private final RestoreMeter.Part meter;
    private boolean isFollowing;
    private long records;
    private long skipped;

    /** Opens the rows, which are dropped if they cannot be caught up. */
    GlobalPartition(
            GlobalTables.Rows rows,
            int partition,
            StateDatabase database,
            LogAdmin admin,
            LoopObserver observer,
            RestoreMeter.Part meter) {
        this.rows = rows;
        this.meter = meter;
        this.name = rows.spec().name();
        this.source = new TopicPartition(rows.step().topic().name(), partition);
        this.observer = observer;
        this.targetOffset = admin.endOffset(source, Isolation.READ_COMMITTED);
        this.state = database.partition(partition, List.of(rows.spec()));
        try {
            state.beginRestore();
            this.startOffset = new RestorePoint(admin, state)
                    .of(name, source, admin.endOffset(source, Isolation.READ_UNCOMMITTED));
        } catch (RuntimeException e) {
            state.close();
            throw e;
        }
        tell(Phase.BEGUN);
    }

    private void tell(Phase phase) {
        meter.tell(new StoreRestore(phase, name, source, startOffset, position(), targetOffset, records));
    }

    String table() {
        return name;
    }

    TopicPartition source() {
        return source;
    }

    /** Of the next record that is not in the rows. */
    long position() {
        return state.position(name).orElse(startOffset);
    }

    /** Whether what was in the topic when this was opened is read. */
    boolean isAtTarget() {
        return position() >= targetOffset;
    }

    /** What there was to read when this was opened. */
    long offsets() {
        return Math.max(0, targetOffset - startOffset);
    }

    long offsetsLeft() {
        return Math.max(0, targetOffset - position());
    }

    /**
     * Takes what is fetched. What was taken before a failure is committed.
     *
     * @return how many records
     */
    int take(RecordCursor cursor) {
        int taken = 0;
        long next = position();
        try {
            while (cursor.next()) {
                LogRecord record = cursor.record();
                next = record.offset();
                take(record);
                next++;
                if (++taken % MARK_EVERY == 0) {
                    reach(next);
                }
            }
            next = cursor.position();
        } finally {
            records += taken;
            reach(next);
        }
        if (!isFollowing) {
            tell(Phase.GOING_ON);
        }
        return taken;
    }

    private void take(LogRecord record) {
        BytesView key = record.key();
        try {
            if (key == null) {
                throw new IllegalArgumentException("It has no key, and a table is one of keys");
            }
            checkReadable(key, record.value());
            state.restore(name, key, record.value());
        } catch (Throwable e) {
            if (!Blame.isOfRecord(e)) {
                throw e;
            }
            passOver(record, e);
        }
    }

    /** Who looks a row up can no longer do anything about it. */
    private void checkReadable(BytesView key, @Nullable BytesView value) {
        rows.spec().keySerde().read(key);
        if (value != null) {
            rows.spec().valueSerde().read(value);
        }
    }

    /** A record without a key is no row of any key, whatever the policy says. */
    private void passOver(LogRecord record, Throwable error) {
        if (record.key() != null && !(rows.step().errorPolicy() instanceof ErrorPolicy.Skip)) {
            throw new RecordFailedException(
                    "The record of " + source + " at offset " + record.offset() + " cannot be a row of global table '"
                            + name + "': " + ErrorText.of(error)
                            + ". Mend the serde and start again, or leave out such records with"
                            + " GlobalTable.onError(ErrorPolicy.skip())",
                    error);
        }
        skipped++;
        LOG.atLevel(observer.isNews(error) ? Level.WARN : Level.DEBUG)
                .log(
                        "Global table {} passes over the record of {} at offset {}: {}",
                        name,
                        source,
                        record.offset(),
                        ErrorText.of(error));
    }

    /** Everything before this offset is read: what was taken is committed with it. */
    void reach(long next) {
        if (next <= position()) {
            return;
        }
        if (!isFollowing) {
            state.restored(name, next);
            return;
        }
        try {
            state.followed(name, next);
        } finally {
            // Committed also where the backend could not be written to just then.
            rows.changed(source.partition());
        }
    }

    /** From now on rows are looked up, and each that is taken is seen. */
    void follow() {
        isFollowing = true;
        state.restoredAll();
        rows.changed(source.partition());
        tell(Phase.ENDED);
    }

    /** Records that were read since this was opened. */
    long records() {
        return records;
    }

    /** Those of them that were passed over. */
    long skipped() {
        return skipped;
    }

    @Override
    public void close() {
        if (!isFollowing) {
            tell(Phase.SUSPENDED);
        }
        state.close();
    }
}
