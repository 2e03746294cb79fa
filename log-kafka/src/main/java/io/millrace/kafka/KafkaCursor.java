package io.millrace.kafka;

import io.millrace.log.Header;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** What the client has fetched of one partition and nobody has consumed. Owned by the consumer's thread. */
final class KafkaCursor implements RecordCursor {
    /** The record in hand, or the one that was peeked at. */
    private final class Current implements LogRecord {
        private @Nullable ConsumerRecord<BytesView, BytesView> record;

        @Override
        public TopicPartition topicPartition() {
            return topicPartition;
        }

        @Override
        public long offset() {
            return present().offset();
        }

        @Override
        public long timestamp() {
            return present().timestamp();
        }

        @Override
        public @Nullable BytesView key() {
            return present().key();
        }

        @Override
        public @Nullable BytesView value() {
            return present().value();
        }

        @Override
        public List<Header> headers() {
            return Bytes.ours(present().headers());
        }

        private ConsumerRecord<BytesView, BytesView> present() {
            ConsumerRecord<BytesView, BytesView> present = record;
            if (present == null) {
                throw new IllegalStateException(
                        "The cursor of " + topicPartition + " has no record: call next() first");
            }
            return present;
        }
    }

    private final TopicPartition topicPartition;
    private final org.apache.kafka.common.TopicPartition theirs;
    /** Where the client goes on, behind what it has fetched and skipped. */
    private final LongSupplier fetchPosition;

    private final Current current = new Current();
    private List<ConsumerRecord<BytesView, BytesView>> fetched = List.of();
    private int next;
    /** How many records this poll may still hand out. */
    private int allowance;

    private long position;
    private long settled;
    /** What the group has as far as this consumer knows, −1 if nothing. */
    private long committed = -1;

    private boolean isPlaced;
    private boolean isVerified;
    /** By the user. */
    private boolean isPaused;
    /** Whether the client fetches. */
    private boolean isHeld;

    KafkaCursor(TopicPartition topicPartition, LongSupplier fetchPosition) {
        this.topicPartition = topicPartition;
        this.theirs = Names.theirs(topicPartition);
        this.fetchPosition = fetchPosition;
    }

    @Override
    public TopicPartition topicPartition() {
        return topicPartition;
    }

    org.apache.kafka.common.TopicPartition theirs() {
        return theirs;
    }

    @Override
    public boolean next() {
        settled = position();
        if (isExhausted()) {
            return false;
        }
        ConsumerRecord<BytesView, BytesView> record = fetched.get(next++);
        allowance--;
        position = record.offset() + 1;
        current.record = record;
        return true;
    }

    @Override
    public LogRecord record() {
        return current;
    }

    @Override
    public @Nullable LogRecord peek() {
        if (isExhausted()) {
            return null;
        }
        current.record = fetched.get(next);
        return current;
    }

    @Override
    public boolean isExhausted() {
        return allowance == 0 || isConsumed();
    }

    /** True if nothing is left of what was fetched, whatever this poll may hand out. */
    boolean isConsumed() {
        return next == fetched.size();
    }

    @Override
    public long position() {
        // Asked only when it may have moved without a record: past markers, and what was aborted or compacted.
        return isPlaced && isConsumed() ? Math.max(position, fetchPosition.getAsLong()) : position;
    }

    /** Where the client goes on fetching. */
    long fetchPosition() {
        return fetchPosition.getAsLong();
    }

    long settledPosition() {
        return settled;
    }

    /** Every record that was handed out counts as done. */
    void settle() {
        settled = position();
    }

    long committed() {
        return committed;
    }

    void committed(long offset) {
        committed = offset;
    }

    /** Takes what the client fetched, behind what is left. */
    void add(List<ConsumerRecord<BytesView, BytesView>> records) {
        if (isConsumed()) {
            fetched = records;
        } else {
            List<ConsumerRecord<BytesView, BytesView>> all = new ArrayList<>(fetched.subList(next, fetched.size()));
            all.addAll(records);
            fetched = all;
        }
        next = 0;
    }

    /** @return how many of so many records this poll may hand out of here */
    int allow(int most) {
        allowance = Math.min(most, fetched.size() - next);
        return allowance;
    }

    /** Begins at an offset; what was fetched is dropped. */
    void place(long offset, boolean isKnownToExist) {
        fetched = List.of();
        next = 0;
        allowance = 0;
        position = offset;
        settled = offset;
        isPlaced = true;
        isVerified = isKnownToExist;
    }

    boolean isPlaced() {
        return isPlaced;
    }

    boolean isVerified() {
        return isVerified;
    }

    void verified() {
        isVerified = true;
    }

    /** The client lost its place. */
    void displaced() {
        isPlaced = false;
    }

    boolean isPaused() {
        return isPaused;
    }

    void pause(boolean paused) {
        isPaused = paused;
    }

    boolean isHeld() {
        return isHeld;
    }

    void hold(boolean held) {
        isHeld = held;
    }
}
