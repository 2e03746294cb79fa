package io.millrace.cli.records;

import io.millrace.log.Isolation;
import io.millrace.log.TopicPartition;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * What is to be consumed.
 *
 * @param partitions of the topics, all or those that were named
 * @param group in whose name, empty for nobody's
 * @param from where to begin; null: where the group stands, or at the beginning
 * @param to where to end, exclusive; null: at the ends seen at the start, or never
 * @param isFollowing go on at the end
 * @param most how many records
 */
record ConsumePlan(
        SortedSet<TopicPartition> partitions,
        Optional<String> group,
        Isolation isolation,
        @Nullable Position from,
        @Nullable Position to,
        boolean isFollowing,
        long most) {}
