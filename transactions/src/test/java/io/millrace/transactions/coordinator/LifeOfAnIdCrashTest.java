package io.millrace.transactions.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.TopicPartition;
import io.millrace.transactions.TransactionOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The process dies in every step of the whole life of a transactional id: commits, an abort, a timeout, a prepared transaction, the last
 * epochs and the producer id after them, and the end of the id after a week without use. Recovery dies in every step too.
 */
class LifeOfAnIdCrashTest {
    private static final String ID = "bank";
    private static final int TIMEOUT = 60_000;
    private static final TopicPartition A = new TopicPartition("a", 0);
    private static final TopicPartition B = new TopicPartition("b", 1);
    private static final TopicPartition OFFSETS = new TopicPartition("__consumer_offsets", 0);
    private static final List<TopicPartition> ALL = List.of(A, B, OFFSETS);

    private static final class Life {
        final FakeLog log = new FakeLog();
        final Durability durability;
        final Map<String, List<TopicPartition>> begun = new TreeMap<>();
        final Map<String, Boolean> asked = new TreeMap<>();
        final Map<String, TransactionOutcome> answers = new TreeMap<>();
        TransactionCoordinator coordinator;
        boolean isPrepared;

        Life(Durability durability) {
            this.durability = durability;
            ProducerIdentity used = new ProducerIdentity(log.newProducerId(), (short) 32_757);
            TransactionLog journal = new TransactionLog(log, log.clock());
            journal.append(TransactionLogFormat.key(ID), TransactionMetadata.empty(used, TIMEOUT, 0));
            log.force();
            coordinator = open();
        }

        TransactionCoordinator open() {
            return TransactionCoordinator.open(log.clock(), () -> log.nanos, durability, log, log);
        }

        void run() {
            ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
            producer = end(producer, "1", true, A);
            producer = end(producer, "2", true, A, B, OFFSETS);
            producer = end(producer, "3", false, A, B);
            producer = end(producer, "4", true, B);

            begin(producer, "silent", A, B);
            log.nanos += Duration.ofMillis(TIMEOUT).toNanos();
            coordinator.runOnce(log.nanos);

            producer = coordinator.initialize(ID, TIMEOUT);
            begin(producer, "prepared", A, B, OFFSETS);
            coordinator.prepare(ID, producer);
            isPrepared = true;
            asked.put("prepared", true);
            answers.put("prepared", coordinator.endPrepared(ID, producer, true));

            ProducerIdentity initialized = coordinator.initialize(ID, TIMEOUT);
            producer = initialized;
            for (int i = 5; i < 11; i++) {
                producer = end(
                        producer, "" + i, true, i % 2 == 0 ? new TopicPartition[] {A} : new TopicPartition[] {A, B});
            }
            coordinator.release(ID, initialized);
            log.nanos += Duration.ofDays(8).toNanos();
            coordinator.runOnce(log.nanos);
            assertThat(coordinator.list()).isEmpty();
            end(coordinator.initialize(ID, TIMEOUT), "last", true, B, OFFSETS);
        }

        private void begin(ProducerIdentity producer, String name, TopicPartition... partitions) {
            begun.put(name, List.of(partitions));
            coordinator.enlist(ID, producer, List.of(partitions));
            for (TopicPartition partition : partitions) {
                log.write(partition, producer, name);
            }
        }

        private ProducerIdentity end(
                ProducerIdentity producer, String name, boolean commit, TopicPartition... partitions) {
            begin(producer, name, partitions);
            asked.put(name, commit);
            EndOfTransaction end = coordinator.end(ID, producer, commit);
            answers.put(name, end.outcome());
            return end.producer();
        }
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void whateverStepIsTheLastEveryTransactionIsThereAsAWholeOrNotAtAll(Durability durability) {
        Life whole = new Life(durability);
        whole.log.crashAtStep(Integer.MAX_VALUE);
        whole.run();
        assertThat(whole.log.trace).as("the epochs ran out").contains("marker a-0 commit 32767");
        int steps = whole.log.steps();
        for (int step = 0; step < steps; step++) {
            for (int interruption = 0; interruption < 12; interruption++) {
                crashAt(durability, step, interruption);
            }
        }
    }

    private static void crashAt(Durability durability, int step, int interruption) {
        String context = durability + ", crash at step " + step + ", recovery at step " + interruption;
        Life life = new Life(durability);
        life.log.crashAtStep(step);
        crashes(life::run);
        lose(life, step * 31L + interruption);
        life.log.crashAtStep(interruption);
        crashes(life::open);
        lose(life, step * 37L + interruption);
        life.coordinator = life.open();
        TransactionMetadata found = life.coordinator.metadata(ID);
        if (found != null && found.state() == TransactionState.PREPARED) {
            life.answers.put("prepared", life.coordinator.endPrepared(ID, null, true));
        } else if (life.isPrepared) {
            assertThat(life.log.visible(B)).as(context).contains("prepared");
        }
        check(life, context);
        life.end(life.coordinator.initialize(ID, TIMEOUT), "after", true, A, B, OFFSETS);
        ALL.forEach(
                partition -> assertThat(life.log.visible(partition)).as(context).endsWith("after"));
    }

    private static void lose(Life life, long seed) {
        life.log.restart();
        if (life.durability == Durability.POWER_LOSS) {
            life.log.losePart(new Random(seed));
        }
    }

    /** What runs until the process ends, which may be after it. */
    private static void crashes(Runnable action) {
        try {
            action.run();
        } catch (FakeLog.Crash expected) {
            assertThat(expected).hasNoCause();
        }
    }

    private static void check(Life life, String context) {
        assertThat(life.log.openTransactions()).as(context).isEmpty();
        life.begun.forEach((name, partitions) -> {
            List<TopicPartition> seen = new ArrayList<>();
            for (TopicPartition partition : partitions) {
                if (life.log.visible(partition).contains(name)) {
                    seen.add(partition);
                }
            }
            TransactionOutcome answer = life.answers.get(name);
            if (answer == TransactionOutcome.COMMITTED) {
                assertThat(seen).as("%s: committed %s", context, name).isEqualTo(partitions);
            } else if (answer == TransactionOutcome.ABORTED || !life.asked.getOrDefault(name, false)) {
                assertThat(seen).as("%s: not committed %s", context, name).isEmpty();
            } else if (!seen.isEmpty()) {
                assertThat(seen).as("%s: unknown %s", context, name).isEqualTo(partitions);
            }
        });
        ALL.forEach(
                partition -> assertThat(life.log.visible(partition)).as(context).doesNotHaveDuplicates());
    }
}
