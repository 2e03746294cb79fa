package io.millrace.log.embedded.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.GroupMetadata;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.log.embedded.LogEngine;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Committed and pending offsets against a plain model, over commits, transactions, restarts and crashes. */
class OffsetsProperties {
    private static final GroupMetadata NOBODY = new GroupMetadata("bank", "", -1);
    private static final EmbeddedLogConfig CONFIG =
            EmbeddedLogConfig.defaults().withDurability(Durability.POWER_LOSS).withInternalSegmentBytes(300);

    private enum Kind {
        COMMIT,
        PENDING,
        COMMIT_MARKER,
        ABORT_MARKER,
        RESTART,
        CRASH
    }

    /** One thing that happens; the partition is also the producer's where one is meant. */
    private record Step(Kind kind, int producer, int partition, long offset) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.frequency(
                                Tuple.of(3, Kind.COMMIT),
                                Tuple.of(6, Kind.PENDING),
                                Tuple.of(3, Kind.COMMIT_MARKER),
                                Tuple.of(2, Kind.ABORT_MARKER),
                                Tuple.of(1, Kind.RESTART),
                                Tuple.of(1, Kind.CRASH)),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.longs().between(0, 50))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
    }

    @Property(tries = 150)
    void theTablesSayWhatTheModelSaysAfterEveryStep(@ForAll("steps") List<Step> steps) {
        Run run = new Run();
        for (Step step : steps) {
            run.take(step);
            run.check();
        }
        run.engine.close();
    }

    /** The engine and the model beside it. */
    private static final class Run {
        private SimulatedWorld world = new SimulatedWorld(3);
        private LogEngine engine = LogEngine.open(world.world(), CONFIG);
        private final Map<TopicPartition, Long> committed = new TreeMap<>();
        private final Map<TopicPartition, Integer> writtenAt = new HashMap<>();
        private final Map<Integer, Map<TopicPartition, long[]>> pending = new HashMap<>();
        private final short[] epochs = new short[3];
        private int clock;

        Run() {
            engine.admin().createTopic("orders", 3, TopicSettings.defaults());
        }

        void take(Step step) {
            TopicPartition partition = new TopicPartition("orders", step.partition());
            clock++;
            switch (step.kind()) {
                case COMMIT -> {
                    engine.groups().commit(NOBODY, Map.of(partition, step.offset()));
                    apply(partition, step.offset(), clock);
                }
                case PENDING -> {
                    engine.groups()
                            .appendTransactionalOffsets(
                                    step.producer(), epochs[step.producer()], NOBODY, Map.of(partition, step.offset()));
                    pending.computeIfAbsent(step.producer(), id -> new TreeMap<>())
                            .put(partition, new long[] {step.offset(), clock});
                }
                case COMMIT_MARKER -> end(step.producer(), true);
                case ABORT_MARKER -> end(step.producer(), false);
                case RESTART -> {
                    engine.close();
                    engine = LogEngine.open(world.world(), CONFIG);
                }
                case CRASH -> {
                    world = world.restart(CrashMode.PROCESS);
                    engine = LogEngine.open(world.world(), CONFIG);
                }
            }
        }

        private void end(int producer, boolean commit) {
            epochs[producer]++;
            engine.partition(LogEngine.OFFSETS_PARTITION).appendMarker(producer, epochs[producer], commit, 0);
            engine.groups().completeTransaction(LogEngine.OFFSETS_PARTITION, producer, commit);
            Map<TopicPartition, long[]> ended = pending.remove(producer);
            if (commit && ended != null) {
                ended.forEach((partition, written) -> apply(partition, written[0], (int) written[1]));
            }
        }

        private void apply(TopicPartition partition, long offset, int when) {
            if (writtenAt.getOrDefault(partition, 0) < when) {
                writtenAt.put(partition, when);
                committed.put(partition, offset);
            }
        }

        void check() {
            assertThat(engine.groups().committed("bank")).isEqualTo(committed);
            Set<TopicPartition> undecided = new HashSet<>();
            pending.values().forEach(ofProducer -> undecided.addAll(ofProducer.keySet()));
            List<TopicPartition> all = List.of(
                    new TopicPartition("orders", 0), new TopicPartition("orders", 1), new TopicPartition("orders", 2));
            StableOffsets stable = engine.groups().stableOffsets("bank", all, () -> {});
            assertThat(stable.pending()).isEqualTo(undecided);
            stable.committed().forEach((partition, offset) -> assertThat(offset).isEqualTo(committed.get(partition)));
        }
    }
}
