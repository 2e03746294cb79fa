package io.millrace.dsl.runtime;

import io.millrace.dsl.Topic;
import io.millrace.log.Disposition;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.platform.LoopStep;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes from the topics between an application's own steps what its tasks have processed and committed. Owned by a loop of its own: to
 * delete is to force, and no record waits for that.
 *
 * <p>It goes by the offsets that the group has committed, which no later transaction takes back, of the partitions that this instance has; those of a task
 * that has just moved are none the less true. What it saw is deleted one look later, when a power cut does not take it back either.
 */
final class RepartitionPurge implements LoopStep {
    private static final Logger LOG = LoggerFactory.getLogger(RepartitionPurge.class);

    private final String application;
    private final Set<String> topics;
    private final LogAdmin admin;
    private final Supplier<Set<TopicPartition>> partitions;
    /** As they were at the last look. */
    private Map<TopicPartition, Long> committed = Map.of();
    /** Where deleting failed, and that was told. */
    private final Set<TopicPartition> failing = new HashSet<>();

    /** @param partitions which ones the tasks of this instance read now */
    RepartitionPurge(ApplicationCore core, Supplier<Set<TopicPartition>> partitions) {
        application = core.name();
        topics = core.topology().ownTopics().stream().map(Topic::name).collect(Collectors.toUnmodifiableSet());
        admin = core.log().admin();
        this.partitions = partitions;
    }

    /** True if there is anything to do in an application. */
    static boolean isNeeded(ApplicationCore core) {
        return !core.topology().ownTopics().isEmpty();
    }

    /** Does all there is to do, and rests until the next look. */
    @Override
    public int runOnce(long nowNanos) {
        Map<TopicPartition, Long> before = committed;
        SortedMap<TopicPartition, Long> purged = new TreeMap<>();
        try {
            Set<TopicPartition> present = partitions.get();
            Map<TopicPartition, Long> now = new HashMap<>(admin.committedOffsets(application));
            now.keySet().removeIf(partition -> !topics.contains(partition.topic()) || !present.contains(partition));
            committed = now;
            before.forEach((partition, offset) -> {
                if (now.containsKey(partition)) {
                    // Whoever put the group back since will read from there.
                    purged.put(partition, Math.min(offset, now.get(partition)));
                }
            });
        } catch (LogException e) {
            LOG.debug(
                    "Application {} cannot say what its repartition topics need no more: {}",
                    application,
                    e.toString());
        }
        purged.forEach(this::purge);
        return 0;
    }

    private void purge(TopicPartition partition, long offset) {
        try {
            if (offset > admin.logStartOffset(partition)) {
                admin.deleteRecords(Map.of(partition, offset));
            }
            failing.remove(partition);
        } catch (LogException e) {
            // They take room, and nothing else: the next look tries again.
            if (failing.add(partition) && e.disposition() == Disposition.STOP) {
                LOG.warn(
                        "Application {}: processed records of {} stay where they are: {}. This is not told again",
                        application,
                        partition,
                        e.getMessage());
            }
        }
    }
}
