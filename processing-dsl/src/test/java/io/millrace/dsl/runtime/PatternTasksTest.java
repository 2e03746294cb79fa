package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.TopicPattern;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.RebalanceListener;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.memory.MemoryBackend;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks whose inputs come and go one by one: by a topic that appears or is deleted at a bad moment, or by a member that takes only some. */
class PatternTasksTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final TopicPattern<String, Long> ORDERS =
            TopicPattern.of("orders-.*", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> DE = Topic.of("orders-de", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> FR = Topic.of("orders-fr", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> OUT =
            Topic.of("out", Serdes.string(), Serdes.int64()).withPartitions(2);

    /** What happens when the record with this key is processed, once. */
    private final Map<String, Runnable> events = new HashMap<>();

    private int processed;

    /** How often each key came. */
    private Pipeline counts(int partitions) {
        Pipeline.Builder builder = Pipeline.named("counts");
        builder.stream(ORDERS.withPartitions(partitions))
                .peek((key, value) -> {
                    processed++;
                    Runnable event = events.remove(key);
                    if (event != null) {
                        event.run();
                    }
                })
                .groupByKey()
                .count("count")
                .toStream()
                .to(OUT);
        return builder.build();
    }

    private static Simulation simulation(long seed, int transactionRecords) {
        return new Simulation(
                seed, EmbeddedLogConfig.defaults(), settings -> settings.withTransactionRecords(transactionRecords));
    }

    private static void create(Simulation simulation, Topic<?, ?> topic, int partitions) {
        simulation.log().admin().createTopic(topic.name(), partitions, TopicSettings.defaults());
    }

    private static void send(Simulation simulation, Topic<?, ?> topic, int partition, String... keys) {
        try (LogProducer producer = simulation.log().producer()) {
            for (String key : keys) {
                producer.send(
                        new TopicPartition(topic.name(), partition),
                        1,
                        BytesView.ofUtf8(key),
                        BytesView.of(new byte[8]),
                        List.of());
            }
        }
    }

    private static Map<String, Long> results(Simulation simulation) {
        Map<String, Long> latest = new HashMap<>();
        for (int partition = 0; partition < 2; partition++) {
            LogReading.read(simulation.log(), OUT, partition).forEach(seen -> latest.put(seen.key(), seen.value()));
        }
        return latest;
    }

    /** What it did stays, though nobody can say any more how far it was read: at once, or when the group takes the partition away. */
    @ParameterizedTest
    @ValueSource(ints = {3, 1_000})
    void whatWasReadOfATopicBeforeItsDeletionIsCommittedWithoutItsOffset(int transactionRecords) {
        for (long seed = 0; seed < 5; seed++) {
            Simulation simulation = simulation(seed, transactionRecords);
            create(simulation, DE, 1);
            create(simulation, FR, 1);
            send(simulation, FR, 0, "a", "a", "last");
            events.put("last", () -> simulation.log().admin().deleteTopic(FR.name()));
            Application app = simulation.start(counts(1));
            simulation.runUntilDrained(app);
            send(simulation, DE, 0, "a");
            simulation.runUntilDrained(app);
            assertThat(results(simulation)).as("%s", simulation.world()).isEqualTo(Map.of("a", 3L, "last", 1L));
            app.close();
        }
    }

    /** As between the end of a topic and the word of it to the groups: a write fails, so that they are not told at all. */
    @Test
    void aReaderThatMeetsTheDeletionBeforeItsGroupIsToldGoesOnWithTheOtherTopics() {
        boolean isTold = true;
        for (int write = 0; isTold; write++) {
            Simulation simulation = simulation(write, 1_000);
            create(simulation, DE, 1);
            create(simulation, FR, 1);
            send(simulation, DE, 0, "a");
            send(simulation, FR, 0, "a");
            Application app = simulation.start(counts(1));
            simulation.runUntilDrained(app);
            LogAdmin admin = simulation.log().admin();
            simulation.world().storage().failAfter(StorageOperation.WRITE, write, Kind.NO_SPACE);
            try {
                admin.deleteTopic(FR.name());
                isTold = admin.describeGroup("counts").orElseThrow().members().stream()
                        .noneMatch(member -> member.topics().contains(FR.name()));
            } catch (LogException full) {
                assertThat(admin.describeTopic(FR.name())).isPresent();
            }
            send(simulation, DE, 0, "a");
            simulation.runUntilDrained(app);
            assertThat(results(simulation)).as("%s", simulation.world()).isEqualTo(Map.of("a", 3L));
            app.close();
        }
    }

    /** As of an older version of the application, which reads one of the topics. */
    @Test
    void aTaskThatLosesOneOfItsInputsGoesOnWithAllOfThemWhenItComesBack() {
        Topic<String, Long> left =
                Topic.of("left", Serdes.string(), Serdes.int64()).withPartitions(1);
        Topic<String, Long> right =
                Topic.of("right", Serdes.string(), Serdes.int64()).withPartitions(1);
        Pipeline.Builder builder = Pipeline.named("counts");
        builder.stream(List.of(left, right))
                .peek((key, value) -> processed++)
                .groupByKey()
                .count("count")
                .toStream()
                .to(OUT);
        Pipeline pipeline = builder.build();
        for (long seed = 0; seed < 5; seed++) {
            Simulation simulation = simulation(seed, 2);
            Application app = simulation.start(pipeline);
            send(simulation, left, 0, "a", "b");
            send(simulation, right, 0, "a", "b");
            simulation.runUntilDrained(app);
            processed = 0;
            for (Topic<String, Long> taken : List.of(left, right)) {
                try (LogConsumer stranger = simulation.log().consumer(ConsumerConfig.group("counts"))) {
                    stranger.subscribe(Set.of(taken.name()), RebalanceListener.NONE);
                    simulation
                            .world()
                            .runUntil(
                                    () -> {
                                        stranger.poll(Duration.ZERO);
                                        return !stranger.assignment().isEmpty();
                                    },
                                    LONG);
                    send(simulation, left, 0, "a");
                    send(simulation, right, 0, "a");
                    simulation.world().runFor(Duration.ofSeconds(1));
                    assertThat(processed).as("its state is of both").isZero();
                }
                simulation.runUntilDrained(app);
                assertThat(processed).isEqualTo(2);
                processed = 0;
            }
            assertThat(results(simulation)).as("%s", simulation.world()).isEqualTo(Map.of("a", 6L, "b", 2L));
            app.close();
        }
    }

    /** The new instance is to have the partition of both, and gets the new topic's first: the old one has yet to give up the other one. */
    @Test
    void aTaskBeginsElsewhereOnlyWhenTheOneThatHasItsOtherInputsHasGivenThemUp() {
        for (long seed = 0; seed < 20; seed++) {
            processed = 0;
            Simulation simulation = simulation(seed, 1_000);
            create(simulation, DE, 2);
            Application old = simulation.start(counts(2));
            simulation.runUntilDrained(old);
            send(simulation, DE, 0, "a", "a");
            send(simulation, DE, 1, "b", "b");
            simulation.world().runUntil(() -> processed == 4, LONG);
            create(simulation, FR, 2);
            send(simulation, FR, 0, "a");
            send(simulation, FR, 1, "b");
            MemoryBackend backend = new MemoryBackend(simulation.log().logId());
            AppSettings settings = AppSettings.of(simulation.world().world(), logId -> backend);
            Application young = counts(2).start(simulation.log(), settings, "young");
            simulation.runUntilDrained(old);
            simulation.runUntilDrained(young);
            simulation.runUntilDrained(old);
            assertThat(results(simulation)).as("%s", simulation.world()).isEqualTo(Map.of("a", 3L, "b", 3L));
            young.close();
            old.close();
        }
    }

    /** A topic that was behind holds up event time no more. */
    @Test
    void whatWaitedForADeletedTopicComesWithoutAnotherRecord() {
        Pipeline.Builder builder = Pipeline.named("counts");
        builder.stream(ORDERS.withPartitions(1))
                .groupByKey()
                .windowedBy(TimeWindows.tumbling(Duration.ofSeconds(10)))
                .emitFinal()
                .count("count")
                .toStream()
                .selectKey((key, value) -> key.key())
                .withSerdes(Serdes.string(), Serdes.int64())
                .to(OUT);
        Simulation simulation = simulation(1, 1_000);
        create(simulation, DE, 1);
        create(simulation, FR, 1);
        Application app = simulation.start(builder.build());
        send(simulation, FR, 0, "a");
        send(simulation, DE, 0, "a");
        try (LogProducer producer = simulation.log().producer()) {
            producer.send(
                    new TopicPartition(DE.name(), 0),
                    100_000,
                    BytesView.ofUtf8("b"),
                    BytesView.of(new byte[8]),
                    List.of());
        }
        simulation.runUntilDrained(app);
        assertThat(results(simulation)).isEmpty();
        simulation.log().admin().deleteTopic(FR.name());
        simulation.runUntilDrained(app);
        simulation.world().runFor(Duration.ofSeconds(2));
        assertThat(results(simulation)).isEqualTo(Map.of("a", 2L));
        app.close();
    }
}
