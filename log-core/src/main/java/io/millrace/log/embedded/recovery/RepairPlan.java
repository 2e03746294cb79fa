package io.millrace.log.embedded.recovery;

import io.millrace.log.TopicPartition;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What the repair of a partition would do, and take away.
 *
 * @param damages what is wrong and where; empty if nothing is
 * @param kept the records that stay
 * @param known from the log's start to one past the last offset that is known to have been written, or to {@link #UNKNOWN}; the same as
 *     {@code kept} if nothing is lost
 * @param undecidedOffset where the first transaction begins whose end is lost; the end of {@code kept} if there is none. What stays of it is
 *     aborted by the next opening, unless it is the last one of its producer and known to be decided
 * @param lostBytes how much of the segments' files goes, indexes aside: what is gone already is not counted
 * @param cut where the segments' files are cut
 */
public record RepairPlan(
        TopicPartition topicPartition,
        List<Damage> damages,
        Offsets kept,
        Offsets known,
        long undecidedOffset,
        long lostBytes,
        Cut cut) {
    /** An end of which nothing tells any more. */
    public static final long UNKNOWN = -1;

    /** From the first to the second, exclusive. */
    public record Offsets(long startOffset, long endOffset) {}

    /**
     * A place in a partition's files: everything from there on goes.
     *
     * @param baseOffset of the segment, {@link Long#MAX_VALUE} if nothing goes
     * @param position in its file
     */
    public record Cut(long baseOffset, long position) {
        static final Cut NOTHING = new Cut(Long.MAX_VALUE, 0);
    }

    public RepairPlan {
        damages = List.copyOf(damages);
    }

    public boolean isNeeded() {
        return !damages.isEmpty();
    }

    /** What is wrong, for a person; empty if nothing is. */
    public String damage() {
        return damages.stream().map(Damage::toString).collect(Collectors.joining("; "));
    }

    public long keptEndOffset() {
        return kept.endOffset();
    }

    public long lostEndOffset() {
        return known.endOffset();
    }

    /** True if nothing is kept of a log that held records. */
    public boolean isAllLost() {
        return kept.startOffset() == kept.endOffset() && !known.equals(kept);
    }

    /**
     * How many records go at the most: offsets of markers and of records that were compacted away are counted too. Empty if nothing tells how
     * far the log went.
     */
    public OptionalLong lostRecordsAtMost() {
        if (known.endOffset() == UNKNOWN) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(kept.startOffset() - known.startOffset() + known.endOffset() - kept.endOffset());
    }
}
