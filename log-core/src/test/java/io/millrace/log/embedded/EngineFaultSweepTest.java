package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A storage that fails in the midst of appends, rolls, commits, checkpoints and compactions over several partitions: nothing that was
 * acknowledged is lost, readers go on, and the log is whole again once the cause is gone.
 */
class EngineFaultSweepTest {
    private static final TopicPartition PLAIN = new TopicPartition("plain", 0);
    private static final TopicPartition OTHER = new TopicPartition("plain", 1);
    private static final TopicPartition COMPACTED = new TopicPartition("compacted", 0);
    private static final List<TopicPartition> ALL = List.of(PLAIN, OTHER, COMPACTED);
    private static final int ROUNDS = 12;
    private static final int SEGMENT_BYTES = 400;

    private SimulatedWorld world = new SimulatedWorld(0);
    private final Map<TopicPartition, List<String>> acknowledged = new HashMap<>();
    private final Map<TopicPartition, Integer> sequences = new HashMap<>();
    private long committed;
    private final List<LogException> errors = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(Durability.class)
    void aFullDiskDelaysEverythingAndLosesNothing(Durability durability) {
        int full = 0;
        for (long room = 0; room < 2_500; room += 47) {
            begin(room);
            EmbeddedLogConfig config = config(durability);
            try (LogEngine engine = LogEngine.open(world.world(), config)) {
                createTopics(engine);
                run(engine, ROUNDS / 3);
                world.storage().limitCapacity(used() + room);
                run(engine, ROUNDS / 3);
                full += errors.isEmpty() ? 0 : 1;
                assertThat(errors)
                        .as("room for " + room)
                        .allMatch(error -> error.disposition() == Disposition.RETRY, "RETRY");
                checkRead(engine, room);
                world.storage().limitCapacity(Long.MAX_VALUE);
                errors.clear();
                run(engine, ROUNDS / 3);
                assertThat(errors).as("room for " + room + ", and then enough").isEmpty();
                checkRead(engine, room);
            }
            reopen(config, room);
        }
        assertThat(full).as("runs in which the disk was full").isGreaterThan(20);
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void aLogThatIsClosedOnAFullDiskIsWholeAtTheNextOpening(Durability durability) {
        for (long room = 0; room < 2_500; room += 97) {
            begin(room);
            LogEngine engine = LogEngine.open(world.world(), config(durability));
            createTopics(engine);
            run(engine, ROUNDS / 2);
            world.storage().limitCapacity(used() + room);
            run(engine, 2);
            try {
                engine.close();
            } catch (LogException noMarker) {
                assertThat(noMarker).hasMessageContaining("the next open recovers it");
            }
            world.storage().limitCapacity(Long.MAX_VALUE);
            reopen(config(durability), room);
        }
    }

    @Test
    void aFailedForceStopsWhatItConcernsAndARestartGoesOn() {
        int stopped = 0;
        for (int skip = 0; skip < 60; skip++) {
            begin(skip);
            LogEngine engine = LogEngine.open(world.world(), config(Durability.POWER_LOSS));
            createTopics(engine);
            run(engine, 2);
            world.storage().failAfter(StorageOperation.FORCE, skip, Kind.IO);
            run(engine, ROUNDS);
            assertThat(errors).as("force " + skip).allMatch(error -> error.disposition() == Disposition.STOP, "STOP");
            stopped += errors.isEmpty() ? 0 : 1;
            checkRead(engine, skip);
            engine.close();
            errors.clear();
            reopen(config(Durability.POWER_LOSS), skip);
        }
        assertThat(stopped).isGreaterThan(30);
    }

    @Test
    void tooManyOpenFilesDelayAndLoseNothing() {
        for (int skip = 0; skip < 80; skip++) {
            begin(skip);
            EmbeddedLogConfig config = config(Durability.PROCESS_CRASH);
            try (LogEngine engine = LogEngine.open(world.world(), config)) {
                createTopics(engine);
                run(engine, 2);
                // Twice: the first is answered by closing files, if any are open.
                world.storage().failAfter(StorageOperation.OPEN, skip, Kind.TOO_MANY_OPEN_FILES);
                world.storage().failAfter(StorageOperation.OPEN, skip, Kind.TOO_MANY_OPEN_FILES);
                run(engine, ROUNDS / 2);
                assertThat(errors)
                        .as("file " + skip)
                        .allMatch(error -> error.disposition() == Disposition.RETRY, "RETRY");
                meetPlannedFailure(engine);
                checkRead(engine, skip);
            }
            reopen(config, skip);
        }
    }

    @Test
    void aReadErrorIsToldAndWritingGoesOn() {
        for (int skip = 0; skip < 40; skip++) {
            begin(skip);
            EmbeddedLogConfig config = config(Durability.PROCESS_CRASH);
            try (LogEngine engine = LogEngine.open(world.world(), config)) {
                createTopics(engine);
                run(engine, 2);
                world.storage().failAfter(StorageOperation.READ, skip, Kind.IO);
                run(engine, ROUNDS / 2);
                meetPlannedFailure(engine);
                checkRead(engine, skip);
                errors.clear();
                run(engine, 2);
                assertThat(errors).as("read " + skip).isEmpty();
            }
            reopen(config, skip);
        }
    }

    /** What is still to fail, fails here. */
    private static void meetPlannedFailure(LogEngine engine) {
        for (int i = 0; i < 10; i++) {
            ALL.forEach(partition -> readTwice(engine, partition));
        }
    }

    /** The planned failure may be met here: then the second attempt succeeds. */
    private static void readTwice(LogEngine engine, TopicPartition partition) {
        try {
            values(engine, partition);
        } catch (LogException told) {
            values(engine, partition);
        }
    }

    private void begin(long seed) {
        world = new SimulatedWorld(seed);
        acknowledged.clear();
        sequences.clear();
        errors.clear();
        committed = 0;
        ALL.forEach(partition -> acknowledged.put(partition, new ArrayList<>()));
        ALL.forEach(partition -> sequences.put(partition, 0));
    }

    private static EmbeddedLogConfig config(Durability durability) {
        return EmbeddedLogConfig.defaults()
                .withDurability(durability)
                .withMaxOpenFiles(4)
                .withCheckpointInterval(Duration.ofSeconds(5));
    }

    private static void createTopics(LogEngine engine) {
        TopicSettings plain = TopicSettings.defaults().withSegmentBytes(SEGMENT_BYTES);
        engine.admin().createTopic("plain", 2, plain);
        TopicSettings compacted = TopicSettings.compacted().withSegmentBytes(SEGMENT_BYTES);
        engine.admin().createTopic("compacted", 1, compacted);
    }

    /** Appends to every partition, commits for a group, and lets the loops run for a while; errors are noted, and the rest goes on. */
    private void run(LogEngine engine, int rounds) {
        try (LogConsumer consumer = engine.consumer(ConsumerConfig.group("readers"))) {
            consumer.assign(Set.of(PLAIN));
            for (int round = 0; round < rounds; round++) {
                for (TopicPartition partition : ALL) {
                    attempt(() -> append(engine, partition));
                }
                long offset = acknowledged.get(PLAIN).size();
                attempt(() -> {
                    consumer.commit(Map.of(PLAIN, offset));
                    committed = offset;
                });
                world.runFor(Duration.ofSeconds(4));
            }
        }
    }

    private void attempt(Runnable action) {
        try {
            action.run();
        } catch (LogException e) {
            errors.add(e);
        }
    }

    /** What failed is repeated with the same sequence, as a producer does. */
    private void append(LogEngine engine, TopicPartition partition) {
        int sequence = sequences.get(partition);
        String value = partition + " " + sequence;
        BatchBuilder builder = new BatchBuilder(256);
        builder.begin(7, (short) 0, false);
        builder.append(
                world.world().clock().millis(),
                BytesView.ofUtf8("key" + sequence % 2),
                BytesView.ofUtf8(value),
                List.of());
        PartitionLog log = engine.partition(partition);
        log.append(builder.finish(sequence), AppendOrigin.CLIENT);
        sequences.put(partition, sequence + 1);
        if (engine.config().durability() == Durability.POWER_LOSS) {
            log.force();
        }
        acknowledged.get(partition).add(value);
    }

    /** Of the compacted topic, the last values of both keys; of the others, everything in order. */
    private void checkRead(LogEngine engine, long run) {
        for (TopicPartition partition : ALL) {
            List<String> found = values(engine, partition);
            List<String> expected = acknowledged.get(partition);
            if (partition.equals(COMPACTED)) {
                expected = expected.subList(Math.max(0, expected.size() - 2), expected.size());
            }
            assertThat(found).as("run " + run + " of " + partition).containsAll(expected);
            if (!partition.equals(COMPACTED)) {
                assertThat(found).as("run " + run).containsSubsequence(expected).doesNotHaveDuplicates();
            }
        }
    }

    private void reopen(EmbeddedLogConfig config, long run) {
        try (LogEngine again = LogEngine.open(world.world(), config)) {
            checkRead(again, run);
            errors.clear();
            run(again, 1);
            assertThat(errors).as("run " + run + ", opened again").isEmpty();
            checkRead(again, run);
            try (LogConsumer consumer = again.consumer(ConsumerConfig.group("readers"))) {
                assertThat(consumer.committed(Set.of(PLAIN)).get(PLAIN)).isEqualTo(committed);
            }
        }
    }

    private long used() {
        long used = 0;
        for (String name : world.storage().list("")) {
            if (world.storage().isDirectory(name)) {
                for (String file : world.storage().list(name)) {
                    used += world.storage().size(name + '/' + file);
                }
            } else {
                used += world.storage().size(name);
            }
        }
        return used;
    }

    private static List<String> values(LogEngine engine, TopicPartition partition) {
        return Reading.values(engine, partition, Isolation.READ_UNCOMMITTED);
    }
}
