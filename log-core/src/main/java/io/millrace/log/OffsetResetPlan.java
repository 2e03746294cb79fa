package io.millrace.log;

import java.util.List;
import java.util.OptionalLong;

/** What a reset of a group's offsets would change; {@link LogAdmin#resetOffsets} does it, if nothing moved since. */
public record OffsetResetPlan(String groupId, List<Move> moves) {
    /**
     * The change of one partition.
     *
     * @param from the committed offset when the plan was made, empty if there was none
     */
    public record Move(TopicPartition topicPartition, OptionalLong from, long to) {}

    public OffsetResetPlan {
        moves = List.copyOf(moves);
    }
}
