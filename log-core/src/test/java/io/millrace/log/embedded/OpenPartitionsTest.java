package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.CorruptionException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.sim.SimulatedWorld;
import org.junit.jupiter.api.Test;

/** The cleaner's second look at files that are not open: while nobody can open them, and none if somebody has. */
class OpenPartitionsTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    private final SimulatedWorld world = new SimulatedWorld(3);
    private final OpenPartitions partitions;

    OpenPartitionsTest() {
        EmbeddedLogConfig config = EmbeddedLogConfig.defaults();
        try (LogEngine engine = LogEngine.open(world.world(), config)) {
            engine.admin().createTopic("orders", 1, TopicSettings.defaults());
        }
        TopicCatalogue catalogue = TopicCatalogue.open(world.world());
        CleanShutdown.State state = CleanShutdown.take(world.storage(), catalogue.partitions());
        partitions = new OpenPartitions(world.world(), config, catalogue, state);
    }

    @Test
    void nobodyOpensAPartitionDuringTheLook() {
        assertThat(partitions.whileUnopened(ORDERS, () -> Thread.holdsLock(partitions)))
                .as("held by who looks, as by who opens")
                .isTrue();
    }

    @Test
    void aPartitionThatIsOpenIsNotLookedAt() {
        partitions.get(ORDERS);
        assertThat(partitions.whileUnopened(ORDERS, OpenPartitionsTest::looked)).isFalse();
    }

    @Test
    void aPartitionThatWasRefusedIsNotLookedAt() {
        world.storage().open("orders-0/log-start", OpenMode.CREATE).close();
        assertThatThrownBy(() -> partitions.get(ORDERS)).isInstanceOf(CorruptionException.class);
        assertThat(partitions.whileUnopened(ORDERS, OpenPartitionsTest::looked)).isFalse();
    }

    @Test
    void afterTheEndNothingIsLookedAt() {
        partitions.close();
        assertThat(partitions.whileUnopened(ORDERS, OpenPartitionsTest::looked)).isFalse();
    }

    private static boolean looked() {
        throw new AssertionError("nobody was to look");
    }
}
