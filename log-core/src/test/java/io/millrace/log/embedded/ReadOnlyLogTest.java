package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.CorruptionException;
import io.millrace.log.Disposition;
import io.millrace.log.GroupDescription;
import io.millrace.log.GroupMetadata;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.OffsetTarget;
import io.millrace.log.RebalanceListener;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.platform.system.SystemWorld;
import io.millrace.serde.BytesView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that one opening owns and another one reads, on real files. */
class ReadOnlyLogTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    private Path directory;

    private LogEngine owner;
    private ReadOnlyLog reader;
    private long written;

    @BeforeEach
    void open() {
        owner = LogEngine.open(SystemWorld.open(directory), EmbeddedLogConfig.defaults());
        reader = ReadOnlyLog.open(directory);
    }

    @AfterEach
    void close() {
        reader.close();
        owner.close();
    }

    @Test
    void whatTheOwnerDoesIsSeenAtTheNextQuestion() {
        assertThat(reader.logId()).isEqualTo(owner.logId());
        assertThat(reader.admin().describeTopic("orders")).isEmpty();
        create("orders");
        assertThat(reader.admin().describeTopic("orders"))
                .isEqualTo(owner.admin().describeTopic("orders"));
        assertThat(reader.admin().topics()).isEqualTo(owner.admin().topics());
        assertThat(end()).isZero();
        write("a", "b");
        assertThat(end()).isEqualTo(2);
        write("c");
        assertThat(end()).isEqualTo(3);
        assertThat(reader.admin().logStartOffset(ORDERS)).isZero();
        assertThat(reader.admin().offsetForTimestamp(ORDERS, 3, Isolation.READ_COMMITTED))
                .hasValue(2);
    }

    @Test
    void aConsumerFollowsTheOwner() {
        create("orders");
        try (LogConsumer consumer = reader.consumer(ConsumerConfig.standalone())) {
            consumer.assign(Set.of(ORDERS));
            assertThat(consumer.poll(Duration.ZERO)).isEmpty();
            write("a", "b");
            assertThat(values(consumer)).containsExactly("a", "b");
            write("c");
            assertThat(consumer.lag(ORDERS)).hasValue(1);
            assertThat(values(consumer)).containsExactly("c");
        }
    }

    @Test
    void aWaitingPollFindsWhatIsAppended() {
        create("orders");
        CompletableFuture<List<String>> read = CompletableFuture.supplyAsync(() -> {
            try (LogConsumer consumer = reader.consumer(ConsumerConfig.standalone())) {
                consumer.assign(Set.of(ORDERS));
                return values(consumer.poll(LONG));
            }
        });
        write("a");

        assertThat(read.join()).containsExactly("a");
    }

    @Test
    void groupsAreDescribedByTheirOffsets() {
        create("orders");
        write("a", "b", "c");
        try (LogConsumer consumer = owner.consumer(ConsumerConfig.group("bank"))) {
            consumer.subscribe(Set.of("orders"), RebalanceListener.NONE);
            consumer.poll(LONG);
            consumer.commit(Map.of(ORDERS, 2L));
        }
        assertThat(reader.admin().groups()).containsExactly("bank");
        assertThat(reader.admin().committedOffsets("bank")).containsExactly(Map.entry(ORDERS, 2L));
        GroupDescription described = reader.admin().describeGroup("bank").orElseThrow();
        assertThat(described.members()).isEmpty();
        assertThat(described).isEqualTo(owner.admin().describeGroup("bank").orElseThrow());
        assertThat(reader.admin().planOffsetReset("bank", Set.of(ORDERS), new OffsetTarget.Earliest()))
                .isEqualTo(owner.admin().planOffsetReset("bank", Set.of(ORDERS), new OffsetTarget.Earliest()));
        assertThat(reader.admin().describeGroup("nobody")).isEmpty();
    }

    @Test
    void aGroupSaysWhereAConsumerBegins() {
        create("orders");
        write("a", "b", "c");
        owner.groups().commit(new GroupMetadata("bank", "", -1), Map.of(ORDERS, 2L));
        try (LogConsumer consumer = reader.consumer(ConsumerConfig.group("bank"))) {
            consumer.assign(Set.of(ORDERS));
            assertThat(consumer.committed(Set.of(ORDERS))).containsExactly(Map.entry(ORDERS, 2L));
            assertThat(values(consumer)).containsExactly("c");
        }
    }

    @Test
    void whateverWouldChangeTheLogIsRefused() {
        create("orders");
        refused(() -> reader.producer());
        refused(() -> reader.admin().createTopic("new", 1, TopicSettings.defaults()));
        refused(() -> reader.admin().deleteTopic("orders"));
        refused(() -> reader.admin().addPartitions("orders", 7));
        refused(() -> reader.admin().alterTopic("orders", TopicSettings.defaults()));
        refused(() -> reader.admin().deleteGroup("bank"));
        refused(() -> reader.admin()
                .resetOffsets(reader.admin().planOffsetReset("bank", Set.of(ORDERS), new OffsetTarget.Latest())));
        try (LogConsumer consumer = reader.consumer(ConsumerConfig.group("bank"))) {
            refused(() -> consumer.subscribe(Set.of("orders"), RebalanceListener.NONE));
            consumer.assign(Set.of(ORDERS));
            consumer.poll(Duration.ZERO);
            refused(() -> consumer.commit(Map.of(ORDERS, 0L)));
            assertThat(consumer.commitAsync(Map.of(ORDERS, 0L)).toCompletableFuture())
                    .isCompletedExceptionally();
        }
    }

    @Test
    void aReaderOfADeletedTopicIsToldSoAlsoIfOneOfThatNameIsCreatedAgain() {
        create("orders");
        write("a", "b");
        try (LogConsumer consumer = reader.consumer(ConsumerConfig.standalone())) {
            consumer.assign(Set.of(ORDERS));
            assertThat(values(consumer)).containsExactly("a", "b");
            owner.admin().deleteTopic("orders");
            assertThatThrownBy(() -> reader.admin().endOffset(ORDERS, Isolation.READ_COMMITTED))
                    .hasMessageContaining("There is no topic 'orders'");
            create("orders");
            write("x");
            assertThat(end()).isEqualTo(1);
            assertThatThrownBy(() -> consumer.poll(Duration.ZERO)).hasMessageContaining("Topic orders was deleted");
        }
    }

    @Test
    void whatAnotherProcessWritesIsReadWhileItLivesAndWhenItWasKilled() throws Exception {
        create("orders");
        owner.close();
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LogEngineFileTest.Holder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (LogConsumer consumer = reader.consumer(ConsumerConfig.standalone())) {
            consumer.assign(Set.of(ORDERS));
            assertThat(holder.inputReader().readLine()).isEqualTo("open");
            assertThat(values(consumer)).containsExactly("from the other process");
            holder.destroyForcibly().waitFor();
            assertThat(consumer.poll(Duration.ZERO)).isEmpty();
            assertThat(end()).isEqualTo(1);
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }

    @Test
    void aReaderLeavesTheProcessHalfOfTheFilesThatItMayOpen() {
        SimulatedWorld world = new SimulatedWorld(1);
        int partitions = 60;
        try (LogEngine engine = LogEngine.open(world.world(), EmbeddedLogConfig.defaults())) {
            engine.admin().createTopic("many", partitions, TopicSettings.defaults());
            try (LogProducer producer = engine.producer()) {
                for (int i = 0; i < partitions; i++) {
                    producer.send(new TopicPartition("many", i), 1, null, BytesView.ofUtf8("v"), List.of());
                }
            }
        }
        world.storage().limitOpenFiles(100);
        int most = 0;
        try (ReadOnlyLog many = ReadOnlyLog.open(world.world())) {
            for (int i = 0; i < partitions; i++) {
                assertThat(many.admin().endOffset(new TopicPartition("many", i), Isolation.READ_COMMITTED))
                        .isEqualTo(1);
                most = Math.max(most, world.storage().openFiles());
            }
        }
        assertThat(most).isLessThanOrEqualTo(50);
        assertThat(world.storage().openFiles()).isZero();
    }

    @Test
    void aDirectoryWithoutALogIsRefusedAndLeftAsItIs() {
        assertThatThrownBy(() -> ReadOnlyLog.open(directory.resolve("missing")))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("it does not exist")
                .hasMessageContaining("name the directory in which a log is");
        assertThat(directory.resolve("missing")).doesNotExist();
        SimulatedWorld empty = new SimulatedWorld(1);
        assertThatThrownBy(() -> ReadOnlyLog.open(empty.world()))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("holds no log");
        assertThat(empty.storage().callCount()).isZero();
    }

    @Test
    void aLogOfANewerVersionIsRefused() {
        SimulatedWorld newer = new SimulatedWorld(1);
        MetaFile.write(newer.storage(), "log-id", "millrace-log 1", List.of("1234"));
        MetaFile.write(newer.storage(), "topics", "millrace-topics 999", List.of());
        assertThatThrownBy(() -> ReadOnlyLog.open(newer.world()))
                .isInstanceOf(LogException.class)
                .isNotInstanceOf(CorruptionException.class)
                .hasMessageContaining("newer version of Millrace");
    }

    private static void refused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .hasMessageContaining("opened for reading only")
                .asInstanceOf(InstanceOfAssertFactories.type(LogException.class))
                .returns(Disposition.STOP, LogException::disposition);
    }

    private void create(String topic) {
        owner.admin().createTopic(topic, 1, TopicSettings.defaults());
    }

    private long end() {
        return reader.admin().endOffset(ORDERS, Isolation.READ_COMMITTED);
    }

    private void write(String... values) {
        try (LogProducer producer = owner.producer()) {
            for (String value : values) {
                producer.send(ORDERS, ++written, null, BytesView.ofUtf8(value), List.of());
            }
        }
    }

    private static List<String> values(LogConsumer consumer) {
        return values(consumer.poll(Duration.ZERO));
    }

    private static List<String> values(List<RecordCursor> cursors) {
        List<String> values = new ArrayList<>();
        for (RecordCursor cursor : cursors) {
            while (cursor.next()) {
                values.add(Objects.requireNonNull(cursor.record().value()).toUtf8());
            }
        }
        return values;
    }
}
