package io.millrace.proof.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.EventLog;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is committed of a step: its results in their order, and its state as its changelogs have it, byte for byte. One thread. */
final class StepHistory {
    /** The key under which a store keeps how far time has come is one byte. */
    private static final int CLOCK_DIGITS = 2;
    /** The one of how far time has come and what is gone. */
    private static final String CLOCK = "00";
    /**
     * That time, before anything else there: a store also keeps from where on it looks for what is due, which is never too late, but how much too early depends on
     * what was in memory.
     */
    private static final int TIME_DIGITS = 16;
    /** Behind it comes how wide the store's buckets are, and then the key before which all that expires is gone. */
    private static final int GONE_DIGITS = TIME_DIGITS + 16;
    /** The keys of what expires begin with this, and then the bucket. */
    private static final String EXPIRING = "01";

    private final List<String> outputs;
    /** By the changelog, for how long its store keeps what expires; empty where nothing does. */
    private final Map<String, OptionalLong> changelogs;

    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Map<String, List<String>> results = new TreeMap<>();
    private final Map<String, Map<String, String>> state = new TreeMap<>();
    private final Map<String, String> gone = new TreeMap<>();

    /**
     * @param results of each topic that the step sends to
     * @param state of each changelog: values by keys, in hexadecimal digits, timers and how far time has come among them
     * @param gone at the end, of each changelog whose store lets go of what has expired: the key before which all of that is gone
     */
    record Observation(
            Map<String, List<String>> results, Map<String, Map<String, String>> state, Map<String, String> gone) {
        /** Without how far time has come: on idle input that follows the clock. */
        Observation atTheEnd(Map<String, String> goneNow) {
            Map<String, Map<String, String>> timeless = new TreeMap<>();
            state.forEach((store, entries) -> {
                Map<String, String> kept = new TreeMap<>(entries);
                kept.keySet().removeIf(key -> key.length() == CLOCK_DIGITS);
                timeless.put(store, kept);
            });
            return new Observation(results, timeless, new TreeMap<>(goneNow));
        }

        /** Without what has expired for this one or the other: at the end their clocks may differ by the time that an attempt takes. */
        Observation beside(Observation other) {
            Map<String, Map<String, String>> present = new TreeMap<>();
            state.forEach((store, entries) -> {
                Map<String, String> kept = new TreeMap<>(entries);
                for (Observation each : List.of(this, other)) {
                    String end = each.gone.getOrDefault(store, "");
                    kept.keySet().removeIf(key -> key.startsWith(EXPIRING) && key.compareTo(end) < 0);
                }
                present.put(store, kept);
            });
            return new Observation(results, present, Map.of());
        }
    }

    /** @param changelogs for how long the store of each keeps what expires; empty where nothing does */
    StepHistory(List<String> outputs, Map<String, OptionalLong> changelogs) {
        this.outputs = List.copyOf(outputs);
        this.changelogs = new TreeMap<>(changelogs);
    }

    /** @param isEnd when the clock has moved event time on */
    Observation observe(EventLog log, boolean isEnd) {
        outputs.forEach(topic -> fetch(log, topic, this::addResult));
        changelogs.keySet().forEach(topic -> fetch(log, topic, this::change));
        Map<String, List<String>> resultsNow = new TreeMap<>();
        results.forEach((topic, records) -> resultsNow.put(topic, List.copyOf(records)));
        Map<String, Map<String, String>> stateNow = new TreeMap<>();
        state.forEach((topic, entries) -> stateNow.put(topic, new TreeMap<>(entries)));
        Observation seen = new Observation(resultsNow, stateNow, Map.of());
        return isEnd ? seen.atTheEnd(gone) : seen;
    }

    private void addResult(LogRecord record) {
        BytesView key = record.key();
        BytesView value = record.value();
        results.computeIfAbsent(record.topicPartition().topic(), topic -> new ArrayList<>())
                .add((key == null ? null : PlannedPipeline.KEYS.read(key)) + "="
                        + (value == null ? null : PlannedPipeline.VALUES.read(value)) + " at " + record.timestamp()
                        + (record.headers().isEmpty() ? "" : " with " + record.headers()));
    }

    private void change(LogRecord record) {
        Map<String, String> entries =
                state.computeIfAbsent(record.topicPartition().topic(), topic -> new TreeMap<>());
        String value = digits(record.value());
        if (value == null) {
            entries.remove(digits(record.key()));
        } else {
            String key = digits(record.key());
            boolean isClock = key.length() == CLOCK_DIGITS;
            entries.put(key, isClock ? value.substring(0, TIME_DIGITS) : value);
            if (key.equals(CLOCK)) {
                note(record.topicPartition().topic(), value);
            }
        }
    }

    /** Notes what a store has let go of: nothing whose bucket has not expired by its own clock. */
    private void note(String changelog, String clock) {
        OptionalLong retention = changelogs.get(changelog);
        String end = clock.substring(GONE_DIGITS);
        if (retention.isPresent() && !end.isEmpty()) {
            long bucketMillis = Long.parseLong(clock.substring(TIME_DIGITS, GONE_DIGITS), 16);
            long limit = (Long.parseUnsignedLong(clock.substring(0, TIME_DIGITS), 16) ^ Long.MIN_VALUE)
                    - retention.getAsLong();
            long bucket = limit - Math.floorMod(limit, bucketMillis);
            assertThat(end)
                    .as("%s has let go of what has not expired: clock %s", changelog, clock)
                    .isLessThanOrEqualTo(EXPIRING + String.format("%016x", bucket ^ Long.MIN_VALUE));
            gone.put(changelog, end);
        }
    }

    private static @Nullable String digits(@Nullable BytesView bytes) {
        if (bytes == null) {
            return null;
        }
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < bytes.length(); i++) {
            digits.append(String.format("%02x", bytes.getByte(i)));
        }
        return digits.toString();
    }

    private void fetch(EventLog log, String topic, Consumer<LogRecord> reader) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (LogConsumer consumer = log.consumer(ConsumerConfig.standalone())) {
            long end = log.admin().endOffset(partition, Isolation.READ_COMMITTED);
            consumer.assign(Set.of(partition));
            consumer.seek(partition, positions.getOrDefault(partition, 0L));
            while (consumer.position(partition) < end) {
                for (RecordCursor cursor : consumer.poll(Duration.ZERO)) {
                    while (cursor.next()) {
                        reader.accept(cursor.record());
                    }
                }
            }
            positions.put(partition, consumer.position(partition));
        }
    }
}
