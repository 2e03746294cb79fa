package io.millrace.log.embedded.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Durability;
import io.millrace.log.GroupMetadata;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.log.embedded.LogEngine;
import io.millrace.log.embedded.partition.CommitHold;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/**
 * Committed and pending offsets against a plain model, over commits, transactions, deletions, compactions, restarts and crashes, also in the
 * middle of a compaction (G3, G4): whatever the log was rewritten to, it replays to the same.
 */
class OffsetsProperties {
    private static final List<String> GROUPS = List.of("audit", "bank");
    /** Checkpoint, then a round of the cleaner. */
    private static final Duration ROUND = Duration.ofSeconds(31);
    /** Longer than a tombstone is kept at the least. */
    private static final Duration HORIZON = Duration.ofHours(25);

    private static final MemberSettings MEMBER =
            new MemberSettings(Optional.empty(), Duration.ofSeconds(10), Duration.ofMinutes(5), () -> {});

    private enum Kind {
        COMMIT,
        PENDING,
        COMMIT_MARKER,
        ABORT_MARKER,
        DELETE_GROUP,
        DELETE_TOPIC,
        JOIN_AND_LEAVE,
        COMPACT,
        COMPACT_PAST_HORIZON,
        CRASH_IN_COMPACTION,
        RESTART,
        CRASH
    }

    /** One thing that happens; the partition is also the producer's where one is meant. */
    private record Step(Kind kind, int producer, int partition, long offset) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.frequency(
                                        Tuple.of(6, Kind.COMMIT),
                                        Tuple.of(8, Kind.PENDING),
                                        Tuple.of(5, Kind.COMMIT_MARKER),
                                        Tuple.of(3, Kind.ABORT_MARKER),
                                        Tuple.of(1, Kind.DELETE_GROUP),
                                        Tuple.of(1, Kind.DELETE_TOPIC),
                                        Tuple.of(1, Kind.JOIN_AND_LEAVE),
                                        Tuple.of(2, Kind.COMPACT),
                                        Tuple.of(1, Kind.COMPACT_PAST_HORIZON),
                                        Tuple.of(2, Kind.CRASH_IN_COMPACTION),
                                        Tuple.of(1, Kind.RESTART),
                                        Tuple.of(1, Kind.CRASH))
                                .withoutEdgeCases(),
                        Arbitraries.integers().between(0, 2).withDistribution(RandomDistribution.uniform()),
                        Arbitraries.integers().between(0, 2).withDistribution(RandomDistribution.uniform()),
                        Arbitraries.longs().between(0, 50).withDistribution(RandomDistribution.uniform()))
                .as(Step::new)
                .list()
                .withSizeDistribution(RandomDistribution.uniform())
                .ofMinSize(1)
                .ofMaxSize(60);
    }

    @Property(tries = 150)
    void theTablesSayWhatTheModelSaysAfterEveryStep(@ForAll("steps") List<Step> steps, @ForAll CrashMode mode) {
        Run run = new Run(mode);
        for (Step step : steps) {
            run.take(step);
            run.check();
        }
        run.take(new Step(Kind.COMPACT_PAST_HORIZON, 0, 0, 0));
        run.take(new Step(Kind.CRASH, 0, 0, 0));
        run.check();
        run.engine.close();
    }

    /** The engine and the model beside it. */
    private static final class Run {
        private final CrashMode mode;
        private final EmbeddedLogConfig config;
        private SimulatedWorld world = new SimulatedWorld(3);
        private LogEngine engine;
        private final ModelOffsets model = new ModelOffsets();
        private final short[] epochs = new short[3];
        private final Map<String, Integer> groupEpochs = new HashMap<>();

        Run(CrashMode mode) {
            this.mode = mode;
            config = EmbeddedLogConfig.defaults()
                    .withDurability(mode == CrashMode.POWER ? Durability.POWER_LOSS : Durability.PROCESS_CRASH)
                    .withInternalSegmentBytes(300);
            engine = LogEngine.open(world.world(), config);
            createTopics();
        }

        private void createTopics() {
            engine.admin().createTopic("orders", 3, TopicSettings.defaults());
            engine.admin().createTopic("credits", 3, TopicSettings.defaults());
        }

        void take(Step step) {
            String group = GROUPS.get((int) (step.offset() % 2));
            Map<TopicPartition, Long> offsets = Map.of(
                    new TopicPartition(step.offset() % 3 == 0 ? "credits" : "orders", step.partition()), step.offset());
            GroupMetadata nobody = new GroupMetadata(group, "", -1);
            switch (step.kind()) {
                case COMMIT -> {
                    engine.groups().commit(nobody, offsets);
                    model.commit(group, offsets);
                }
                case PENDING -> {
                    engine.groups()
                            .appendTransactionalOffsets(step.producer(), epochs[step.producer()], nobody, offsets);
                    force();
                    model.pending(step.producer(), group, offsets);
                }
                case COMMIT_MARKER -> end(step.producer(), true);
                case ABORT_MARKER -> end(step.producer(), false);
                case DELETE_GROUP -> {
                    if (model.undecided(group).isEmpty()) {
                        assertThat(engine.groups().operations().delete(group)).isEqualTo(model.has(group));
                        model.forgetGroup(group);
                    } else {
                        assertThatThrownBy(() -> engine.groups().operations().delete(group))
                                .isInstanceOf(LogException.class);
                    }
                }
                case DELETE_TOPIC -> {
                    engine.admin().deleteTopic("credits");
                    model.forgetTopic("credits");
                    createTopics();
                }
                case JOIN_AND_LEAVE -> {
                    GroupMember member = engine.groups().join(group, existing -> Collections.emptySortedSet(), MEMBER);
                    groupEpochs.merge(group, member.heartbeat(Set.of()).generation(), Math::max);
                    member.leave();
                    force();
                }
                case COMPACT -> world.runFor(ROUND);
                case COMPACT_PAST_HORIZON -> {
                    world.runFor(ROUND);
                    world.advance(HORIZON);
                    world.runFor(ROUND.multipliedBy(2));
                }
                case CRASH_IN_COMPACTION -> crashDuring(step);
                case RESTART -> {
                    engine.close();
                    engine = LogEngine.open(world.world(), config);
                }
                case CRASH -> crash();
            }
        }

        private void crashDuring(Step step) {
            world.storage().crashAt(world.storage().callCount() + step.offset() * 3 + step.producer());
            try {
                world.runFor(ROUND);
            } catch (SimulatedCrash expected) {
                assertThat(expected).isNotNull();
            }
            crash();
        }

        private void crash() {
            world = world.restart(mode);
            engine = LogEngine.open(world.world(), config);
        }

        private void end(int producer, boolean commit) {
            epochs[producer]++;
            engine.partition(LogEngine.OFFSETS_PARTITION).appendMarker(producer, epochs[producer], commit, 0);
            force();
            engine.groups().completeTransaction(LogEngine.OFFSETS_PARTITION, producer, commit, new CommitHold());
            model.end(producer, commit);
        }

        private void force() {
            engine.partition(LogEngine.OFFSETS_PARTITION).force();
        }

        void check() {
            List<TopicPartition> all = engine.admin().topics().stream()
                    .filter(topic -> !topic.internal())
                    .flatMap(topic ->
                            IntStream.range(0, topic.partitions()).mapToObj(p -> new TopicPartition(topic.name(), p)))
                    .toList();
            for (String group : GROUPS) {
                Map<TopicPartition, Long> committed = model.committed(group);
                assertThat(engine.groups().committed(group)).isEqualTo(committed);
                StableOffsets stable = engine.groups().stableOffsets(group, all, () -> {});
                assertThat(stable.pending()).isEqualTo(model.undecided(group));
                stable.committed()
                        .forEach((partition, offset) -> assertThat(offset).isEqualTo(committed.get(partition)));
                engine.groups()
                        .operations()
                        .snapshot(group)
                        .ifPresent(snapshot -> assertThat(snapshot.epoch())
                                .isGreaterThanOrEqualTo(groupEpochs.getOrDefault(group, 0)));
            }
        }
    }
}
