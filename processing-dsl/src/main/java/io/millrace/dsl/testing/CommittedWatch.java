package io.millrace.dsl.testing;

import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What a reader has seen stays: no committed record goes, changes, or comes before one that was read; and no committed offset goes back. */
final class CommittedWatch {
    static final String RECORDS = "what was committed stays";
    static final String OFFSETS = "committed offsets do not go back";

    private final SimulatedRun run;
    private final String group;
    private final Map<TopicPartition, Long> positions = new LinkedHashMap<>();
    private final Map<TopicPartition, TreeMap<Long, Integer>> seen = new HashMap<>();
    private Map<TopicPartition, Long> offsets = Map.of();

    /** @param topics that are watched; all of them exist */
    CommittedWatch(SimulatedRun run, String group, List<String> topics) {
        this.run = run;
        this.group = group;
        for (String topic : topics) {
            int partitions = run.process()
                    .log()
                    .admin()
                    .describeTopic(topic)
                    .orElseThrow()
                    .partitions();
            for (int partition = 0; partition < partitions; partition++) {
                positions.put(new TopicPartition(topic, partition), 0L);
                seen.put(new TopicPartition(topic, partition), new TreeMap<>());
            }
        }
    }

    /** Reads on, and compares offsets with those of before. */
    void look() {
        read(positions, seen);
        Map<TopicPartition, Long> now = run.process().log().admin().committedOffsets(group);
        offsets.forEach((partition, before) -> {
            Long after = now.get(partition);
            if (after == null || after < before) {
                throw new SimulationFailure(
                        OFFSETS, "The committed offset of " + partition + " was " + before + " and is " + after);
            }
        });
        offsets = Map.copyOf(now);
    }

    /** Reads everything again, as a reader who begins now. */
    void readAgain() {
        Map<TopicPartition, Long> fromStart = new LinkedHashMap<>();
        Map<TopicPartition, TreeMap<Long, Integer>> again = new HashMap<>();
        positions.keySet().forEach(partition -> {
            fromStart.put(partition, 0L);
            again.put(partition, new TreeMap<>());
        });
        read(fromStart, again);
        seen.forEach((partition, before) -> {
            TreeMap<Long, Integer> now = Objects.requireNonNull(again.get(partition), "as many partitions as before");
            long start = run.process().log().admin().logStartOffset(partition);
            if (!before.tailMap(start).equals(now)) {
                throw new SimulationFailure(
                        RECORDS,
                        "A reader of " + partition + " that begins now does not read what one read that was there from"
                                + " the beginning: offsets " + now.keySet() + " and " + before.keySet());
            }
        });
    }

    private void read(Map<TopicPartition, Long> from, Map<TopicPartition, TreeMap<Long, Integer>> into) {
        run.readCommitted(from, cursor -> take(cursor, into));
    }

    private static void take(RecordCursor cursor, Map<TopicPartition, TreeMap<Long, Integer>> into) {
        while (cursor.next()) {
            LogRecord record = cursor.record();
            TreeMap<Long, Integer> records = Objects.requireNonNull(into.get(record.topicPartition()), "asked for");
            records.put(record.offset(), hash(record));
        }
    }

    private static int hash(LogRecord record) {
        return Objects.hash(record.key(), record.value(), record.timestamp(), record.headers());
    }
}
