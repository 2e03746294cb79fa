package io.millrace.proof.pipelines;

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
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is committed of a step: its results in their order, and its state as its changelogs have it, byte for byte. One thread. */
final class StepHistory {
    /** The key under which a store keeps how far time has come is one byte. */
    private static final int CLOCK_DIGITS = 2;
    /**
     * That time, before anything else there: a store also keeps from where on it looks for what is due, which is never too late, but how much too early depends on
     * what was in memory.
     */
    private static final int TIME_DIGITS = 16;

    private final List<String> outputs;
    private final List<String> changelogs;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Map<String, List<String>> results = new TreeMap<>();
    private final Map<String, Map<String, String>> state = new TreeMap<>();

    /**
     * @param results of each topic that the step sends to
     * @param state of each changelog: values by keys, in hexadecimal digits, timers and how far time has come among them
     */
    record Observation(Map<String, List<String>> results, Map<String, Map<String, String>> state) {
        /** Without how far time has come: on idle input that follows the clock. */
        Observation withoutClocks() {
            Map<String, Map<String, String>> timeless = new TreeMap<>();
            state.forEach((store, entries) -> {
                Map<String, String> kept = new TreeMap<>(entries);
                kept.keySet().removeIf(key -> key.length() == CLOCK_DIGITS);
                timeless.put(store, kept);
            });
            return new Observation(results, timeless);
        }
    }

    StepHistory(List<String> outputs, List<String> changelogs) {
        this.outputs = List.copyOf(outputs);
        this.changelogs = List.copyOf(changelogs);
    }

    /** @param isEnd when the clock has moved event time on */
    Observation observe(EventLog log, boolean isEnd) {
        outputs.forEach(topic -> fetch(log, topic, this::addResult));
        changelogs.forEach(topic -> fetch(log, topic, this::change));
        Map<String, List<String>> resultsNow = new TreeMap<>();
        results.forEach((topic, records) -> resultsNow.put(topic, List.copyOf(records)));
        Map<String, Map<String, String>> stateNow = new TreeMap<>();
        state.forEach((topic, entries) -> stateNow.put(topic, new TreeMap<>(entries)));
        Observation seen = new Observation(resultsNow, stateNow);
        return isEnd ? seen.withoutClocks() : seen;
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
            entries.put(key, key.length() == CLOCK_DIGITS ? value.substring(0, TIME_DIGITS) : value);
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
