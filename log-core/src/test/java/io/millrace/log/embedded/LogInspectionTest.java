package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.recovery.PartitionSummary;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageFile;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedStorage;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is told of a log's files is not taken for damage where its owner or its end alone is the reason. */
class LogInspectionTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final String FILE = "orders-0/00000000000000000000.log";

    private SimulatedWorld world = new SimulatedWorld(11);

    @Test
    void aWriteThatAKillCutOffIsNoDamage() {
        fill();
        world = world.restart(CrashMode.PROCESS);
        cutLastByte();
        assertThat(isCutShort()).isFalse();
    }

    @Test
    void whatIsMissingAfterACleanCloseIsDamage() {
        fill().close();
        cutLastByte();
        assertThat(isCutShort()).isTrue();
    }

    /** A kill cannot take it, nor can a power cut. */
    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void aLastBatchThatIsUnreadableIsDamageBelowTheRecoveryPoint(CrashMode mode) {
        LogEngine engine = fill();
        engine.partition(ORDERS).checkpoint();
        world = world.restart(mode);
        long size = world.storage().size(FILE);
        cutLastByte();
        assertThat(isCutShort()).isTrue();
        try (StorageFile file = world.storage().open(FILE, OpenMode.WRITE)) {
            file.truncate(size / 3);
        }
        assertThat(isCutShort()).as("it reaches to the end of a batch").isTrue();
    }

    @Test
    void aTopicThatIsDeletedWhileItsLogIsLookedThroughIsKnownToBe() {
        LogEngine engine = fill();
        LogInspection inspection = LogInspection.open(world.world());
        assertThat(inspection.isDeleted(ORDERS)).isFalse();
        engine.admin().deleteTopic("orders");
        assertThat(inspection.partitions()).contains(ORDERS);
        assertThat(inspection.isDeleted(ORDERS)).isTrue();
    }

    @Test
    void whatAnOlderCatalogueDoesNotKnowIsNamedAndLeftAsItIs() {
        LogEngine.open(world.world(), EmbeddedLogConfig.defaults()).close();
        SimulatedStorage storage = world.storage();
        List<String> older =
                MetaFile.read(storage, TopicCatalogue.FILE, TopicCatalogue.KIND).orElseThrow();
        fill().close();
        assertThat(LogInspection.open(world.world()).unknownDirectories()).isEmpty();
        storage.rename("topics", "newer");
        MetaFile.write(storage, TopicCatalogue.FILE, TopicCatalogue.KIND, older);
        LogEngine.open(world.world(), EmbeddedLogConfig.defaults()).close();
        assertThat(LogInspection.open(world.world()).unknownDirectories())
                .singleElement()
                .satisfies(orders -> {
                    assertThat(orders.file()).isEqualTo("orders-0");
                    assertThat(orders.what()).isEqualTo("it holds records, and no topic of this log knows it");
                    assertThat(orders.remedy())
                            .contains("put back the one that names the topic", "move the directory away");
                });
        storage.delete("topics");
        storage.rename("newer", "topics");
        try (LogEngine engine = LogEngine.open(world.world(), EmbeddedLogConfig.defaults())) {
            assertThat(engine.admin().endOffset(ORDERS, Isolation.READ_COMMITTED))
                    .isEqualTo(3);
        }
        assertThat(LogInspection.open(world.world()).unknownDirectories()).isEmpty();
    }

    @Test
    void anOlderCatalogueWithoutTheGroupsOffsetsIsTheFaultAndNotTheirDirectory() {
        LogEngine filled = fill();
        try (LogConsumer consumer = filled.consumer(ConsumerConfig.group("audit"))) {
            consumer.assign(Set.of(ORDERS));
            consumer.commit(Map.of(ORDERS, 2L));
        }
        filled.close();
        SimulatedStorage storage = world.storage();
        List<String> present =
                MetaFile.read(storage, TopicCatalogue.FILE, TopicCatalogue.KIND).orElseThrow();
        List<String> older = present.stream()
                .filter(line -> !line.contains("__consumer_offsets"))
                .toList();
        assertThat(older).hasSize(present.size() - 1);
        MetaFile.write(storage, TopicCatalogue.FILE, TopicCatalogue.KIND, older);
        String right =
                "Put back the one that names the topic, while the log is closed; if there is none, move that file away";
        assertThatThrownBy(() -> LogEngine.open(world.world(), EmbeddedLogConfig.defaults()))
                .isInstanceOf(LogException.class)
                .hasMessageStartingWith("simulated disk/__consumer_offsets-0 holds files, and the file topics does not")
                .hasMessageContaining(right)
                .hasMessageContaining("Do not move the directory away");
        assertThat(LogInspection.open(world.world()).unknownDirectories())
                .singleElement()
                .satisfies(offsets -> assertThat(offsets.remedy()).contains(right));

        storage.delete(TopicCatalogue.FILE);
        try (LogRepair repair = LogRepair.open(world.world())) {
            repair.applyDirectory();
        }
        try (LogEngine engine = LogEngine.open(world.world(), EmbeddedLogConfig.defaults())) {
            assertThat(engine.admin().endOffset(ORDERS, Isolation.READ_COMMITTED))
                    .isEqualTo(3);
            assertThat(engine.admin().committedOffsets("audit")).isEqualTo(Map.of(ORDERS, 2L));
        }
    }

    /** Its directories may be there, and belong to nobody, until they are removed. */
    @Test
    void aTopicWhoseDeletionIsNotAtItsEndIsNotUnknown() {
        fill().close();
        TopicCatalogue catalogue = TopicCatalogue.open(world.world());
        catalogue.delete(catalogue.require("orders"));
        assertThat(LogInspection.open(world.world()).unknownDirectories()).isEmpty();
        assertThat(world.storage().exists(FILE)).isTrue();
    }

    private LogEngine fill() {
        LogEngine engine = LogEngine.open(world.world(), EmbeddedLogConfig.defaults());
        engine.admin().createTopic("orders", 1, TopicSettings.defaults());
        try (LogProducer producer = engine.producer()) {
            for (int i = 0; i < 3; i++) {
                producer.send(ORDERS, 1, null, BytesView.ofUtf8("v" + i), List.of());
                producer.flush();
            }
        }
        return engine;
    }

    private void cutLastByte() {
        try (StorageFile file = world.storage().open(FILE, OpenMode.WRITE)) {
            file.truncate(file.size() - 1);
        }
    }

    private boolean isCutShort() {
        LogInspection inspection = LogInspection.open(world.world());
        PartitionSummary summary = inspection.summary(ORDERS);
        return inspection.isCutShort(summary, ORDERS);
    }
}
