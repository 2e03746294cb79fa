package io.millrace.log.embedded.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.CorruptionException;
import io.millrace.log.Durability;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.partition.PartitionCleaning;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.partition.PartitionSettings;
import io.millrace.log.embedded.partition.UnopenedPartition;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.StorageException;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An error that nobody expected, in one partition, is that partition's: the cleaner goes on with the next, and comes back to this one. */
class CleanerTest {
    private static final Duration INTERVAL = Duration.ofSeconds(15);
    private static final TopicSettings HOURLY =
            TopicSettings.defaults().withSegmentBytes(100).withRetention(Optional.of(Duration.ofHours(1)));

    /** What a reader may find where another thread writes, or deletes. */
    private static final List<RuntimeException> DISTURBED = List.of(
            new CorruptionException("half of it"),
            new StorageException(StorageException.Kind.NOT_FOUND, "gone", new NoSuchElementException()));

    private final SimulatedWorld world = new SimulatedWorld(8);
    private final List<String> asked = new ArrayList<>();
    private boolean broken = true;

    @Test
    void anUnexpectedErrorInOnePartitionLeavesTheOthersToBeCleaned() {
        PartitionLog first = partition("first");
        PartitionLog second = partition("second");
        world.advance(Duration.ofHours(2));
        // Asked for the time within a partition's step: the first one's fails.
        InstantSource clock = () -> {
            if (broken) {
                broken = false;
                throw new IllegalStateException("nobody expected this");
            }
            return world.clock().instant();
        };
        Cleaner cleaner = new Cleaner(clock, () -> List.of(first.cleaning(), second.cleaning()), INTERVAL, now());
        round(cleaner);

        assertThat(first.view().logStartOffset()).isZero();
        assertThat(second.view().logStartOffset()).isPositive();
        round(cleaner);
        assertThat(first.view().logStartOffset()).isPositive();
    }

    @Test
    void anUnexpectedErrorOfAPartitionThatIsNotOpenLeavesTheOthersToBeLookedAt() {
        partition("good").close();
        Cleaner cleaner = new Cleaner(InstantSource.fixed(Instant.EPOCH), new Unopened(), INTERVAL, now());
        round(cleaner);
        assertThat(asked).containsExactly("bad-0", "good-0");
        asked.clear();
        round(cleaner);
        assertThat(asked).as("it is tried again after a while, not at once").containsExactly("good-0");
        asked.clear();
        world.advance(Troubles.RETRY);
        round(cleaner);
        assertThat(asked).containsExactly("bad-0", "good-0");
    }

    @Test
    void whatIsOpenedWhileTheCleanerLooksAtItsFilesIsInNoTrouble() {
        for (RuntimeException read : DISTURBED) {
            asked.clear();
            Cleaner cleaner =
                    new Cleaner(InstantSource.fixed(Instant.EPOCH), new Disturbed(read, true), INTERVAL, now());
            round(cleaner);
            round(cleaner);
            assertThat(asked).as("looked at again the next time").containsExactly("orders-0", "orders-0");
        }
    }

    @Test
    void whatCannotBeReadWhileNobodyCanOpenItIsInTrouble() {
        for (RuntimeException read : DISTURBED) {
            asked.clear();
            Cleaner cleaner =
                    new Cleaner(InstantSource.fixed(Instant.EPOCH), new Disturbed(read, false), INTERVAL, now());
            round(cleaner);
            round(cleaner);
            assertThat(asked).containsExactly("orders-0", "orders-0 alone");
        }
    }

    /** A partition whose look fails, and that somebody has opened by then, or not. */
    private final class Disturbed implements CleanedPartitions {
        private final RuntimeException read;
        private final boolean isOpened;
        private String alone = "";

        Disturbed(RuntimeException read, boolean isOpened) {
            this.read = read;
            this.isOpened = isOpened;
        }

        @Override
        public List<PartitionCleaning> cleanings() {
            return List.of();
        }

        @Override
        public List<TopicPartition> unopened() {
            return List.of(new TopicPartition("orders", 0));
        }

        @Override
        public TopicSettings settings(TopicPartition topicPartition) {
            return HOURLY;
        }

        @Override
        public UnopenedPartition look(TopicPartition topicPartition) {
            asked.add(topicPartition + alone);
            throw read;
        }

        @Override
        public boolean whileUnopened(TopicPartition topicPartition, BooleanSupplier look) {
            alone = " alone";
            try {
                return !isOpened && look.getAsBoolean();
            } finally {
                alone = "";
            }
        }
    }

    private final class Unopened implements CleanedPartitions {
        @Override
        public List<PartitionCleaning> cleanings() {
            return List.of();
        }

        @Override
        public List<TopicPartition> unopened() {
            return List.of(new TopicPartition("bad", 0), new TopicPartition("good", 0));
        }

        @Override
        public @Nullable TopicSettings settings(TopicPartition topicPartition) {
            return HOURLY;
        }

        @Override
        public UnopenedPartition look(TopicPartition topicPartition) {
            asked.add(topicPartition.toString());
            if (topicPartition.topic().equals("bad")) {
                throw new IllegalStateException("nobody expected this");
            }
            return UnopenedPartition.look(world.storage(), topicPartition);
        }
    }

    /** Everything that is due, after an interval. */
    private void round(Cleaner cleaner) {
        world.advance(INTERVAL.multipliedBy(Cleaner.UNOPENED_ROUNDS));
        int steps = 0;
        while (cleaner.runOnce(now()) > 0) {
            assertThat(++steps).isLessThan(100);
        }
    }

    private long now() {
        return world.clock().nanos();
    }

    private PartitionLog partition(String topic) {
        TopicPartition name = new TopicPartition(topic, 0);
        PartitionSettings settings = new PartitionSettings(Durability.PROCESS_CRASH, 100, 100).withTopic(HOURLY);
        PartitionLog log = PartitionLog.open(world.world(), name.toString(), name, settings, false);
        BatchBuilder batch = new BatchBuilder(100);
        for (int i = 0; i < 5; i++) {
            batch.begin(-1, (short) -1, false);
            batch.append(world.clock().millis(), null, BytesView.ofUtf8("v"), List.of());
            log.append(batch.finish(-1), AppendOrigin.CLIENT);
        }
        log.checkpoint();
        return log;
    }
}
