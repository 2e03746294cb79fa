package io.millrace.dsl.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.Application;
import io.millrace.dsl.DeadLetterHeaders;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.dsl.deadletter.DeadLetter.Origin;
import io.millrace.dsl.runtime.LogReading;
import io.millrace.dsl.runtime.LogReading.Seen;
import io.millrace.dsl.runtime.Simulation;
import io.millrace.log.Durability;
import io.millrace.log.EventLog;
import io.millrace.log.Header;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What failed is put back or given up, once. */
class DeadLetterDeskTest {
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(2);
    private static final Topic<String, Long> OUT =
            Topic.of("out", Serdes.string(), Serdes.int64()).withPartitions(2);
    private static final Topic<String, Long> ELSEWHERE =
            Topic.of("elsewhere", Serdes.string(), Serdes.int64()).withPartitions(3);
    private static final Topic<String, BytesView> DEAD =
            Topic.of("dead", Serdes.string(), Serdes.bytes()).withPartitions(2);
    private static final DeadLetterFilter ALL = DeadLetterFilter.all();

    private Simulation simulation = simulation(Durability.PROCESS_CRASH);
    private boolean isMended;

    private static Simulation simulation(Durability durability) {
        return new Simulation(
                3,
                EmbeddedLogConfig.defaults().withDurability(durability),
                settings -> settings.withCommitInterval(Duration.ofMillis(10)));
    }

    /** Passes values on; negative ones fail until it is mended. */
    private Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN)
                .onError(ErrorPolicy.deadLetter(DEAD))
                .peek((key, value) -> {
                    if (value < 0 && !isMended) {
                        throw new IllegalArgumentException("negative: " + value);
                    }
                })
                .to(OUT);
        return builder.build();
    }

    private void send(long... values) {
        simulation.log().admin().createTopic(IN.name(), 2, TopicSettings.defaults());
        try (TransactionalProducer producer =
                simulation.log().transactionalProducer(TransactionalProducerConfig.of("feeder"))) {
            producer.begin();
            for (long value : values) {
                producer.send(
                        new TopicPartition(IN.name(), (int) (Math.abs(value) % 2)),
                        1_000 + Math.abs(value),
                        BytesView.ofUtf8("k" + Math.abs(value)),
                        BytesView.of(new byte[] {
                            (byte) (value >> 56), (byte) (value >> 48), (byte) (value >> 40), (byte) (value >> 32),
                            (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
                        }),
                        List.of(Header.ofUtf8("trace", "t" + value)));
            }
            producer.commit();
        }
    }

    private void run() {
        Application app = simulation.start(pipeline());
        simulation.runUntilDrained(app);
        app.close();
    }

    private DeadLetterDesk desk() {
        return DeadLetterDesk.open(
                simulation.log(), DEAD.name(), simulation.world().world().clock());
    }

    private long replay(DeadLetterFilter filter) {
        try (DeadLetterDesk desk = desk()) {
            return desk.replay(filter, Optional.empty(), count -> {});
        }
    }

    private List<Long> values(Topic<String, Long> topic) {
        List<Long> values = new ArrayList<>();
        for (int partition = 0; partition < topic.partitions().orElseThrow(); partition++) {
            LogReading.read(simulation.log(), topic, partition).forEach(seen -> values.add(seen.value()));
        }
        return values;
    }

    private static List<String> decided(EventLog log) {
        List<String> texts = new ArrayList<>();
        DeadLetterTopic.of(log, DEAD.name()).forEach(ALL, (letter, decision) -> {
            texts.add(letter.id() + " " + letter.failure().message() + " " + decision);
            return true;
        });
        return texts;
    }

    @Test
    void aLetterSaysWhereItComesFromAndWhatWentWrong() {
        send(2, -4);
        run();
        DeadLetter letter = DeadLetterTopic.of(simulation.log(), DEAD.name())
                .letter(idOf("negative: -4"))
                .orElseThrow();
        assertThat(letter.origin()).contains(new Origin("in", 0, 1));
        assertThat(letter.timestamp()).isEqualTo(1_004);
        assertThat(letter.headers()).containsExactly(Header.ofUtf8("trace", "t-4"));
        assertThat(letter.key()).isEqualTo(BytesView.ofUtf8("k4"));
        assertThat(letter.replays()).isZero();
        assertThat(letter.failure().errorClass()).isEqualTo("java.lang.IllegalArgumentException");
        assertThat(letter.failure().message()).isEqualTo("negative: -4");
        assertThat(letter.failure().stack()).contains("at io.millrace.dsl.deadletter.DeadLetterDeskTest");
        assertThat(letter.failure().attempts()).isEqualTo(1);
        assertThat(letter.failure().timestamp())
                .isPositive()
                .isLessThanOrEqualTo(simulation.world().world().clock().millis());
    }

    private LetterId idOf(String error) {
        List<LetterId> ids = new ArrayList<>();
        DeadLetterTopic.of(simulation.log(), DEAD.name()).forEach(ALL.withError(error), (letter, decision) -> {
            ids.add(letter.id());
            return false;
        });
        return ids.get(0);
    }

    @Test
    void whatIsReplayedGoesBackAsItCameAndIsProcessed() {
        send(2, -4, -3, 5);
        run();
        isMended = true;
        assertThat(replay(ALL)).isEqualTo(2);
        List<Seen<String, Long>> partition0 = LogReading.read(simulation.log(), IN, 0);
        Seen<String, Long> back = partition0.get(partition0.size() - 1);
        assertThat(back.key()).isEqualTo("k4");
        assertThat(back.timestamp()).isEqualTo(1_004);
        assertThat(back.headers())
                .containsExactly(Header.ofUtf8("trace", "t-4"), Header.ofUtf8(DeadLetterHeaders.REPLAYS, "1"));
        run();
        assertThat(values(OUT)).containsExactlyInAnyOrder(2L, -4L, -3L, 5L);
    }

    @Test
    void aLetterIsDecidedOnce() {
        send(-2, -4, -6);
        run();
        LetterId first = idOf("negative: -2");
        assertThat(replay(ALL.withIds(Set.of(first)))).isEqualTo(1);
        assertThat(replay(ALL.withIds(Set.of(first)))).isZero();
        try (DeadLetterDesk desk = desk()) {
            assertThat(desk.discard(ALL.withError("NEGATIVE: -4"), count -> {})).isEqualTo(1);
            assertThat(desk.discard(ALL.withError("negative: -4"), count -> {})).isZero();
            assertThat(desk.replay(ALL, Optional.empty(), count -> {})).isEqualTo(1);
            assertThat(desk.replay(ALL, Optional.empty(), count -> {})).isZero();
        }
        assertThat(decided(simulation.log()))
                .satisfiesExactlyInAnyOrder(
                        text -> assertThat(text).contains("-2 REPLAYED"),
                        text -> assertThat(text).contains("-4 DISCARDED"),
                        text -> assertThat(text).contains("-6 REPLAYED"));
        assertThat(DeadLetterTopic.of(simulation.log(), DEAD.name()).count())
                .isEqualTo(Map.of(Decision.OPEN, 0L, Decision.REPLAYED, 2L, Decision.DISCARDED, 1L));
    }

    @Test
    void aRecordThatFailsAgainIsANewLetterThatKnowsItsReplays() {
        send(-2);
        run();
        replay(ALL);
        run();
        assertThat(decided(simulation.log())).hasSize(2);
        List<Integer> replays = new ArrayList<>();
        DeadLetterTopic.of(simulation.log(), DEAD.name()).forEach(ALL, (letter, decision) -> {
            if (decision == Decision.OPEN) {
                replays.add(letter.replays());
            }
            return true;
        });
        assertThat(replays).containsExactly(1);
    }

    @Test
    void recordsGoElsewhereWhenAsked() {
        send(-2, -3);
        run();
        simulation.log().admin().createTopic(ELSEWHERE.name(), 3, TopicSettings.defaults());
        try (DeadLetterDesk desk = desk()) {
            assertThat(desk.replay(ALL, Optional.of(ELSEWHERE.name()), count -> {}))
                    .isEqualTo(2);
        }
        assertThat(values(ELSEWHERE)).containsExactlyInAnyOrder(-2L, -3L);
    }

    @Test
    void aRecordThatHasNowhereToGoStopsTheReplayBeforeAnythingIsDone() {
        send(-2, -3);
        run();
        simulation.log().admin().deleteTopic(IN.name());
        DeadLetterTopic topic = DeadLetterTopic.of(simulation.log(), DEAD.name());
        assertThatThrownBy(() -> topic.planReplay(ALL, Optional.empty()))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("topic 'in', which does not exist any more")
                .hasMessageContaining("say which topic its record is to go to");
        assertThatThrownBy(() -> topic.planReplay(ALL, Optional.of(DEAD.name())))
                .hasMessageContaining("itself");
        assertThatThrownBy(() -> topic.planReplay(ALL, Optional.of("none"))).hasMessageContaining("no topic 'none'");
        assertThatThrownBy(() -> topic.planDiscard(ALL.withIds(Set.of(new LetterId(9, 9)))))
                .hasMessageContaining("no dead letter 9:9");
        assertThat(topic.planDiscard(ALL)).isEqualTo(2);
    }

    @Test
    void whatWasDecidedOfATopicSaysNothingOfTheNextOfItsName() {
        send(-2);
        run();
        replay(ALL);
        simulation.log().admin().deleteTopic(DEAD.name());
        send(-4);
        run();
        assertThat(decided(simulation.log())).isNotEmpty().allMatch(text -> text.endsWith("OPEN"));
    }

    @Test
    void ofTwoDesksTheLaterFencesTheEarlier() {
        send(-2);
        run();
        try (DeadLetterDesk earlier = desk();
                DeadLetterDesk later = desk()) {
            assertThatThrownBy(() -> earlier.replay(ALL, Optional.empty(), count -> {}))
                    .isInstanceOf(LogException.class);
            assertThatThrownBy(() -> earlier.replay(ALL, Optional.empty(), count -> {}))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(later.replay(ALL, Optional.empty(), count -> {})).isEqualTo(1);
        }
        assertThat(values(IN)).containsExactly(-2L, -2L);
    }

    @Test
    void manyLettersTakeFewDecisionsAndProgressIsTold() {
        long[] values = new long[2_500];
        for (int i = 0; i < values.length; i++) {
            values[i] = -2L * (i + 1);
        }
        send(values);
        run();
        List<Long> told = new ArrayList<>();
        try (DeadLetterDesk desk = desk()) {
            desk.replay(ALL, Optional.empty(), told::add);
        }
        assertThat(told).containsExactly(1_000L, 2_000L, 2_500L);
        assertThat(LogReading.read(simulation.log(), Topic.of("dead-decisions", Serdes.bytes(), Serdes.bytes()), 0))
                .hasSizeBetween(3, 5);
        assertThat(values(IN)).hasSize(5_000);
    }

    @Test
    void aKilledReplayIsGoneOnWith() {
        sweep(Durability.PROCESS_CRASH, CrashMode.PROCESS);
    }

    @Test
    void aReplayThatLosesPowerIsGoneOnWith() {
        sweep(Durability.POWER_LOSS, CrashMode.POWER);
    }

    private void sweep(Durability durability, CrashMode mode) {
        Consumer<Simulation> prepare = fresh -> {
            simulation = fresh;
            send(-2, 1, -4, -3);
            run();
        };
        prepare.accept(simulation(durability));
        long before = simulation.world().storage().callCount();
        replay(ALL);
        simulation.closeLog();
        long after = simulation.world().storage().callCount();
        assertThat(after - before).isGreaterThan(10);
        for (long call = before; call < after; call++) {
            prepare.accept(simulation(durability));
            simulation.world().storage().crashAt(call);
            try {
                replay(ALL);
                simulation.closeLog();
            } catch (SimulatedCrash expected) {
                simulation.crash(mode);
            }
            replay(ALL);
            assertThat(values(IN))
                    .as("after a crash in call %d of %s", call, simulation.world())
                    .containsExactlyInAnyOrder(-2L, -4L, 1L, -3L, -2L, -4L, -3L);
            assertThat(decided(simulation.log())).hasSize(3).allMatch(text -> text.endsWith("REPLAYED"));
        }
    }
}
