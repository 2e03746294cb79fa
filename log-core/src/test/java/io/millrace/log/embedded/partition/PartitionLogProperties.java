package io.millrace.log.embedded.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Compression;
import io.millrace.log.Compression.Codec;
import io.millrace.log.Durability;
import io.millrace.log.TopicSettings;
import io.millrace.platform.sim.CrashMode;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/** Any steps, with segments of a few batches, on any disk: the log and its model agree. */
class PartitionLogProperties {
    enum Action {
        APPEND_PLAIN,
        APPEND_TRANSACTIONAL,
        COMMIT,
        ABORT,
        RETRY,
        RETRY_MARKER,
        MISBEHAVE,
        SEEK,
        FORCE,
        CHECKPOINT,
        DELETE_OLDEST,
        DELETE_RECORDS,
        ROLL,
        REOPEN,
        KILL,
        POWER_CUT
    }

    /** @param amount records, how far back, or an offset */
    record Step(Action action, long producerId, int amount) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Action> actions = Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.of(Action.APPEND_PLAIN)),
                Tuple.of(12, Arbitraries.of(Action.APPEND_TRANSACTIONAL)),
                Tuple.of(7, Arbitraries.of(Action.COMMIT, Action.ABORT)),
                Tuple.of(6, Arbitraries.of(Action.RETRY, Action.RETRY_MARKER, Action.MISBEHAVE)),
                Tuple.of(2, Arbitraries.of(Action.SEEK)),
                Tuple.of(2, Arbitraries.of(Action.FORCE, Action.CHECKPOINT)),
                Tuple.of(2, Arbitraries.of(Action.DELETE_OLDEST, Action.DELETE_RECORDS)),
                Tuple.of(1, Arbitraries.of(Action.ROLL)),
                Tuple.of(3, Arbitraries.of(Action.REOPEN, Action.KILL, Action.POWER_CUT)));
        return Combinators.combine(
                        actions,
                        Arbitraries.longs().between(0, 3),
                        Arbitraries.integers().between(0, 60))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void logAgreesWithItsModel(
            @ForAll("steps") List<Step> steps,
            @ForAll long seed,
            @ForAll Durability durability,
            @ForAll Codec codec,
            @ForAll("segmentBytes") int segmentBytes) {
        TopicSettings topic =
                TopicSettings.defaults().withSegmentBytes(segmentBytes).withCompression(Compression.of(codec));
        PartitionSettings settings = new PartitionSettings(durability, segmentBytes, segmentBytes / 5).withTopic(topic);
        ModelledLog log = new ModelledLog(seed, settings);

        for (Step step : steps) {
            run(log, step);
            log.check();
        }

        log.reopenCleanly();
        log.check();
        Statistics.label("refused").collect(log.refusalsSeen() > 0);
        Statistics.label("duplicates").collect(log.duplicatesSeen() > 0);
        Statistics.label("compressed").collect(log.hasCompressed());
        Statistics.label("deleted").collect(log.log().view().logStartOffset() > 0);
        Statistics.label("several segments").collect(log.log().view().segmentCount() > 1);
        assertThat(log.world().storage().openFiles()).isEqualTo(log.log().view().segmentCount());
    }

    @Provide
    Arbitrary<Integer> segmentBytes() {
        return Arbitraries.integers().between(1, 2000);
    }

    private static void run(ModelledLog log, Step step) {
        switch (step.action()) {
            case APPEND_PLAIN -> log.append(step.producerId(), false, 1 + step.amount() % 7);
            case APPEND_TRANSACTIONAL -> log.append(step.producerId(), true, 1 + step.amount() % 7);
            case COMMIT -> log.end(step.producerId(), true);
            case ABORT -> log.end(step.producerId(), false);
            case RETRY -> log.retry(step.producerId(), step.amount());
            case RETRY_MARKER -> log.retryMarker(step.producerId(), step.amount() % 2 == 0);
            case MISBEHAVE -> log.misbehave(step.producerId());
            case SEEK -> log.checkFrom(step.amount());
            case FORCE -> log.force();
            case CHECKPOINT -> log.checkpoint();
            case ROLL -> log.roll();
            case DELETE_OLDEST -> log.deleteOldest(step.amount() % 4);
            case DELETE_RECORDS -> log.deleteRecords(step.amount() % 9);
            case REOPEN -> log.reopenCleanly();
            case KILL -> log.crash(CrashMode.PROCESS);
            case POWER_CUT -> log.crash(CrashMode.POWER);
        }
    }
}
