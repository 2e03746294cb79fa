package io.millrace.dsl.runtime;

import io.millrace.dsl.plan.Changelog;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicPartition;
import io.millrace.state.PartitionState;
import java.time.Duration;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where in its topic a store's content is caught up from: where it stands, or the beginning. Used by the state's owner. */
record RestorePoint(LogAdmin admin, PartitionState state) {
    /** A commit's position is before its marker. Whoever changed the store since has added two offsets at least: a record and a marker. */
    private static final long ONLY_A_MARKER = 1;

    private static final Logger LOG = LoggerFactory.getLogger(RestorePoint.class);

    /**
     * Drops the store's content if it cannot be caught up.
     *
     * @param topic the store's changelog, or what is in its place
     * @param end of the topic
     * @throws io.millrace.log.LogException with STOP if the store is ahead of the topic
     */
    long of(String store, TopicPartition topic, long end) {
        long logStart = admin.logStartOffset(topic);
        OptionalLong position = state.position(store);
        if (position.isEmpty()) {
            return logStart;
        }
        StatePositions.check(store, position.getAsLong(), topic, end);
        if (isPastCatchingUp(topic, store, position.getAsLong(), end, logStart)) {
            state.beginAnew(store);
            return logStart;
        }
        return position.getAsLong();
    }

    /**
     * Whether the topic may have dropped what the store lacks: its records, or a deletion that was compacted away since. Where no compaction
     * has been behind the store's position nothing is gone, however long the application was down.
     */
    private boolean isPastCatchingUp(TopicPartition topic, String store, long position, long end, long logStart) {
        if (position < logStart) {
            LOG.info(
                    "Store {}, partition {}, stands at offset {} of topic {}, which begins at {}: it is built anew",
                    store,
                    topic.partition(),
                    position,
                    topic.topic(),
                    logStart);
            return true;
        }
        Duration idle = state.idleTime(store).orElse(Duration.ZERO);
        if (end - position > ONLY_A_MARKER
                && position < admin.compactedOffset(topic).orElse(Long.MAX_VALUE)
                && Changelog.mayHaveForgotten(idle, deletionsKept(admin, topic))) {
            LOG.info(
                    "Store {}, partition {}, is {} old, and topic {} was compacted and may have forgotten deletions of that"
                            + " time: it is built anew",
                    store,
                    topic.partition(),
                    idle,
                    topic.topic());
            return true;
        }
        return false;
    }

    /** For how long a deletion stays in a topic after its compaction. */
    static Duration deletionsKept(LogAdmin admin, TopicPartition topic) {
        return admin.describeTopic(topic.topic())
                .map(found -> found.settings().compaction().deleteRetention())
                .orElse(Duration.ZERO);
    }
}
