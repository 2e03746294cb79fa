package io.millrace.dsl.deadletter;

import io.millrace.serde.BytesView;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decisions as records of the topic {@code <dead-letter topic>-decisions}, which is compacted and has one partition. UTF-8 text, so that
 * {@code millrace consume} shows them:
 *
 * <pre>
 * key    TOPIC_ID/PARTITION/OFFSET             of the first letter; the id is that of the dead-letter topic
 * value  REPLAYED|DISCARDED END_OFFSET MILLIS  what, up to which letter (exclusive), when by the clock
 * </pre>
 *
 * <p>A decision holds for all letters of the partition from the one to the other offset. Stateless.
 */
final class DecisionFormat {
    private static final String SUFFIX = "-decisions";

    /**
     * One decision.
     *
     * @param topicId of the dead-letter topic that it was made about
     */
    record Decided(String topicId, int partition, long startOffset, long endOffset, Decision decision, long timestamp) {
        Decided {
            if (endOffset <= startOffset || decision == Decision.OPEN) {
                throw new IllegalArgumentException(
                        "No decision: " + decision + " from " + startOffset + " to " + endOffset);
            }
        }
    }

    private DecisionFormat() {}

    /** The topic of the decisions about another. */
    static String topicOf(String deadLetterTopic) {
        return deadLetterTopic + SUFFIX;
    }

    static BytesView key(Decided decided) {
        return BytesView.ofUtf8(decided.topicId() + '/' + decided.partition() + '/' + decided.startOffset());
    }

    static BytesView value(Decided decided) {
        return BytesView.ofUtf8(decided.decision() + " " + decided.endOffset() + ' ' + decided.timestamp());
    }

    /** @return empty if it is none: a tombstone, or what somebody else wrote there */
    static Optional<Decided> parse(@Nullable BytesView key, @Nullable BytesView value) {
        if (key == null || value == null) {
            return Optional.empty();
        }
        String[] about = key.toUtf8().split("/", -1);
        String[] said = value.toUtf8().split(" ", -1);
        if (about.length != 3 || said.length != 3) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Decided(
                    about[0],
                    Integer.parseInt(about[1]),
                    Long.parseLong(about[2]),
                    Long.parseLong(said[1]),
                    Decision.valueOf(said[0]),
                    Long.parseLong(said[2])));
        } catch (IllegalArgumentException e) {
            // What somebody else wrote there decides nothing: the letter stays open, and may be decided again.
            return Optional.empty();
        }
    }
}
