package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.GroupMetadata;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.transactions.Logs;
import io.millrace.transactions.PreparedTransaction;
import io.millrace.transactions.TransactionDescription;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The process dies in every storage call around a prepared transaction, and of the recovery after it. An outside resource, which keeps what
 * it was given before it decides, brings both to the same end.
 */
class PreparedCrashTest {
    private static final List<TopicPartition> OUTPUTS =
            List.of(new TopicPartition("a", 0), new TopicPartition("a", 1), new TopicPartition("b", 0));
    private static final GroupMetadata GROUP = new GroupMetadata("readers", "", -1);
    private static final TransactionalProducerConfig WRITER = TransactionalProducerConfig.of("writer");
    private static final Duration LONG_AFTER_ITS_TIMEOUT = Duration.ofMinutes(10);

    /** A database with transactions of its own: it has the rows of what it committed, with the name of the log's transaction. */
    private static final class Resource {
        @Nullable PreparedTransaction committed;
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void theLogEndsWhereTheResourceDid(Durability durability) {
        for (boolean commit : new boolean[] {true, false}) {
            SimulatedWorld whole = new SimulatedWorld(0);
            run(whole, durability, new Resource(), commit);
            long calls = whole.storage().callCount();
            assertThat(calls).isGreaterThan(30);
            for (long call = 0; call < calls; call++) {
                crashIn(call, durability, commit);
            }
        }
    }

    /** Nothing comes after it that would force what it forgot, and every seed loses something else. */
    @Test
    void whatWasPreparedIsPreparedAfterAPowerCutThatFollowsAtOnce() {
        for (long seed = 0; seed < 64; seed++) {
            SimulatedWorld world = new SimulatedWorld(seed);
            EmbeddedLog first = open(world, Durability.POWER_LOSS);
            createTopics(first);
            PreparedTransaction prepared = prepare(first.transactionalProducer(WRITER));
            EmbeddedLog log = open(world.restart(CrashMode.POWER), Durability.POWER_LOSS);
            assertThat(log.transactions().describe("writer").flatMap(TransactionDescription::prepared))
                    .as("seed %d", seed)
                    .contains(prepared);
            Resource resource = new Resource();
            resource.committed = prepared;
            settle(log, resource, "seed " + seed);
            check(log, resource, "seed " + seed);
        }
    }

    private static EmbeddedLog open(SimulatedWorld world, Durability durability) {
        return EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults().withDurability(durability));
    }

    /** The log is asked first and told last; in between, the resource commits or not. */
    private static void run(SimulatedWorld world, Durability durability, Resource resource, boolean commit) {
        EmbeddedLog log = open(world, durability);
        createTopics(log);
        TransactionalProducer producer = log.transactionalProducer(WRITER);
        PreparedTransaction prepared = prepare(producer);
        if (commit) {
            resource.committed = prepared;
            assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
        } else {
            assertThat(producer.abort()).isEqualTo(TransactionOutcome.ABORTED);
        }
    }

    private static void createTopics(EmbeddedLog log) {
        log.admin().createTopic("a", 2, TopicSettings.defaults());
        log.admin().createTopic("b", 1, TopicSettings.defaults());
    }

    private static PreparedTransaction prepare(TransactionalProducer producer) {
        producer.begin();
        OUTPUTS.forEach(partition -> Logs.send(producer, partition, "1"));
        producer.sendOffsets(Map.of(OUTPUTS.get(0), 0L), GROUP);
        return producer.prepare();
    }

    private static void crashIn(long call, Durability durability, boolean commit) {
        String context = "crash in call " + call + ", " + durability + ", " + commit;
        SimulatedWorld world = new SimulatedWorld(call);
        world.storage().crashAt(call);
        Resource resource = new Resource();
        try {
            run(world, durability, resource, commit);
        } catch (SimulatedCrash expected) {
            assertThat(world.storage().crashed()).isNotNull();
        }
        CrashMode mode = durability == Durability.POWER_LOSS ? CrashMode.POWER : CrashMode.PROCESS;
        SimulatedWorld next = world.restart(mode);
        for (long interruption = 1; ; interruption += 3) {
            next.storage().crashAt(interruption);
            try {
                EmbeddedLog log = open(next, durability);
                next.runFor(LONG_AFTER_ITS_TIMEOUT);
                if (log.admin().describeTopic("b").isPresent()) {
                    settle(log, resource, context);
                    next.storage().crashAt(Long.MAX_VALUE);
                    check(log, resource, context);
                }
                return;
            } catch (SimulatedCrash expected) {
                next = next.restart(mode);
            }
        }
    }

    /** What the restart of such a program does: a prepared transaction is committed if the resource has it, and aborted if not. */
    private static void settle(EmbeddedLog log, Resource resource, String context) {
        Optional<PreparedTransaction> prepared =
                log.transactions().describe("writer").flatMap(TransactionDescription::prepared);
        PreparedTransaction committed = resource.committed;
        prepared.ifPresent(waiting -> {
            TransactionOutcome outcome = waiting.equals(committed)
                    ? log.transactions().commitPrepared(waiting)
                    : log.transactions().abortPrepared(waiting);
            assertThat(outcome)
                    .as(context)
                    .isEqualTo(waiting.equals(committed) ? TransactionOutcome.COMMITTED : TransactionOutcome.ABORTED);
        });
        if (committed != null) {
            assertThat(log.transactions().commitPrepared(committed))
                    .as(context)
                    .isEqualTo(TransactionOutcome.COMMITTED);
        }
    }

    private static void check(EmbeddedLog log, Resource resource, String context) {
        boolean isCommitted = resource.committed != null;
        for (TopicPartition partition : OUTPUTS) {
            assertThat(Logs.committed(log, partition)).as(context).isEqualTo(isCommitted ? List.of("1") : List.of());
        }
        assertThat(log.admin().committedOffsets("readers"))
                .as(context)
                .isEqualTo(isCommitted ? Map.of(OUTPUTS.get(0), 0L) : Map.of());
        try (TransactionalProducer producer = log.transactionalProducer(WRITER)) {
            producer.begin();
            OUTPUTS.forEach(partition -> Logs.send(producer, partition, "after"));
            assertThat(producer.commit()).as(context).isEqualTo(TransactionOutcome.COMMITTED);
        }
        for (TopicPartition partition : OUTPUTS) {
            assertThat(Logs.committed(log, partition)).as(context).endsWith("after");
        }
        log.close();
    }
}
