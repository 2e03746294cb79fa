package io.millrace.log.embedded.recovery;

import io.millrace.log.TopicPartition;

/**
 * What the repair of a partition would take away.
 *
 * @param damage what is wrong and where, for a person; empty if nothing is
 * @param keptEndOffset records below it stay
 * @param lostEndOffset one past the last offset that is known to have been written; the same if nothing is lost
 * @param lostBytes how much of the segments' files goes, indexes aside
 */
public record RepairPlan(
        TopicPartition topicPartition, String damage, long keptEndOffset, long lostEndOffset, long lostBytes) {
    public boolean isNeeded() {
        return !damage.isEmpty();
    }

    /** How many records go at the most: offsets of markers and of records that were compacted away are counted too. */
    public long lostRecordsAtMost() {
        return lostEndOffset - keptEndOffset;
    }
}
