package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.GroupMetadata;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One call of the storage fails, each in turn, in segments so small that every transaction rolls some: what is answered is what is there. */
class FaultEverywhereTest {
    private static final List<TopicPartition> OUTPUTS = List.of(new TopicPartition("a", 0), new TopicPartition("a", 1));
    private static final GroupMetadata GROUP = new GroupMetadata("readers", "", -1);
    private static final TransactionalProducerConfig WRITER = TransactionalProducerConfig.of("writer");
    private static final int TRANSACTIONS = 6;

    @ParameterizedTest
    @EnumSource(Durability.class)
    void whateverFailsEachTransactionIsThereAsAWholeOrNotAtAll(Durability durability) {
        for (StorageOperation operation : StorageOperation.values()) {
            for (Kind kind : List.of(Kind.NO_SPACE, Kind.IO)) {
                boolean failed = true;
                for (int skip = 0; failed; skip++) {
                    failed = runWithFault(durability, operation, kind, skip);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void anOpeningThatFailsSaysSoAndLeavesNothingOpenAndTheNextOneFindsAll(Durability durability) {
        for (StorageOperation operation : StorageOperation.values()) {
            boolean failed = true;
            for (int skip = 0; failed; skip++) {
                failed = openWithFault(durability, operation, skip);
            }
        }
    }

    private static EmbeddedLog open(SimulatedWorld world, Durability durability) {
        return EmbeddedLog.open(
                world.world(),
                EmbeddedLogConfig.defaults().withInternalSegmentBytes(300).withDurability(durability));
    }

    private static EmbeddedLog create(SimulatedWorld world, Durability durability) {
        EmbeddedLog log = open(world, durability);
        log.admin().createTopic("a", 2, TopicSettings.defaults().withSegmentBytes(200));
        return log;
    }

    /** Where the marker is what decides. */
    @ParameterizedTest
    @EnumSource(Durability.class)
    void whateverFailsATransactionInOnePartitionIsThereIfAndOnlyIfItWasAnsweredSo(Durability durability) {
        for (StorageOperation operation : StorageOperation.values()) {
            for (Kind kind : List.of(Kind.NO_SPACE, Kind.IO)) {
                boolean failed = true;
                for (int skip = 0; failed; skip++) {
                    failed = runInOnePartitionWithFault(durability, operation, kind, skip);
                }
            }
        }
    }

    private static boolean runInOnePartitionWithFault(
            Durability durability, StorageOperation operation, Kind kind, int skip) {
        String context = durability + ", call " + skip + " of " + operation + " is " + kind;
        SimulatedWorld world = new SimulatedWorld(skip);
        TransactionalProducer producer = create(world, durability).transactionalProducer(WRITER);
        world.storage().failAfter(operation, skip, kind);
        Map<String, TransactionOutcome> answers = new TreeMap<>();
        boolean failed = run(producer, answers, OUTPUTS.subList(0, 1));
        SimulatedWorld next = world.restart(durability == Durability.POWER_LOSS ? CrashMode.POWER : CrashMode.PROCESS);
        EmbeddedLog again = open(next, durability);
        checkAnswers(Logs.committed(again, OUTPUTS.get(0)), answers, context);
        checkGoesOn(again, context);
        again.close();
        return failed;
    }

    private static boolean runWithFault(Durability durability, StorageOperation operation, Kind kind, int skip) {
        String context = durability + ", call " + skip + " of " + operation + " is " + kind;
        SimulatedWorld world = new SimulatedWorld(skip);
        EmbeddedLog log = create(world, durability);
        TransactionalProducer producer = log.transactionalProducer(WRITER);
        world.storage().failAfter(operation, skip, kind);
        Map<String, TransactionOutcome> answers = new TreeMap<>();
        boolean failed = run(producer, answers);
        boolean isClosed = skip % 2 == 0;
        if (isClosed) {
            try {
                producer.close();
                log.close();
            } catch (LogException e) {
                failed = true;
            }
        }
        SimulatedWorld next = world.restart(durability == Durability.POWER_LOSS ? CrashMode.POWER : CrashMode.PROCESS);
        EmbeddedLog again = open(next, durability);
        check(again, answers, context);
        again.close();
        assertThat(next.storage().openFiles()).as(context).isZero();
        return failed;
    }

    private static boolean openWithFault(Durability durability, StorageOperation operation, int skip) {
        String context = durability + ", call " + skip + " of " + operation;
        SimulatedWorld world = new SimulatedWorld(skip);
        Map<String, TransactionOutcome> answers = new TreeMap<>();
        TransactionalProducer producer = create(world, durability).transactionalProducer(WRITER);
        run(producer, answers);
        producer.begin();
        Logs.send(producer, OUTPUTS.get(1), "open");
        producer.flush();
        SimulatedWorld next = world.restart(durability == Durability.POWER_LOSS ? CrashMode.POWER : CrashMode.PROCESS);
        next.storage().failAfter(operation, skip, Kind.IO);
        try {
            open(next, durability);
            return false;
        } catch (LogException e) {
            assertThat(next.storage().openFiles()).as(context).isZero();
        }
        EmbeddedLog again = open(next, durability);
        check(again, answers, context);
        return true;
    }

    /** Every third is to be aborted; each reaches both partitions and moves an offset. @return true if anything failed */
    private static boolean run(TransactionalProducer producer, Map<String, TransactionOutcome> answers) {
        return run(producer, answers, OUTPUTS);
    }

    private static boolean run(
            TransactionalProducer producer, Map<String, TransactionOutcome> answers, List<TopicPartition> outputs) {
        boolean failed = false;
        for (int i = 0; i < TRANSACTIONS; i++) {
            boolean commit = i % 3 != 2;
            String name = "t" + i;
            answers.put(name, TransactionOutcome.RETRY);
            try {
                producer.begin();
                outputs.forEach(partition -> Logs.send(producer, partition, name));
                producer.flush();
                if (outputs.size() > 1) {
                    producer.sendOffsets(Map.of(OUTPUTS.get(0), (long) i), GROUP);
                }
                TransactionOutcome outcome = commit ? producer.commit() : producer.abort();
                if (outcome == TransactionOutcome.RETRY) {
                    failed = true;
                    outcome = commit ? producer.commit() : producer.abort();
                }
                answers.put(name, outcome);
            } catch (LogException e) {
                failed = true;
                if (!aborts(producer)) {
                    return true;
                }
                answers.put(name, TransactionOutcome.ABORTED);
            }
        }
        return failed;
    }

    /** False if that is not possible either: then the outcome is not known before the next opening. */
    private static boolean aborts(TransactionalProducer producer) {
        try {
            return producer.abort() == TransactionOutcome.ABORTED;
        } catch (LogException | IllegalStateException e) {
            return false;
        }
    }

    private static void checkAnswers(List<String> visible, Map<String, TransactionOutcome> answers, String context) {
        assertThat(visible).as(context).doesNotHaveDuplicates().isSubsetOf(answers.keySet());
        answers.forEach((name, answer) -> {
            if (answer != TransactionOutcome.RETRY) {
                assertThat(visible.contains(name))
                        .as("%s: %s", context, name)
                        .isEqualTo(answer == TransactionOutcome.COMMITTED);
            }
        });
    }

    private static void check(EmbeddedLog log, Map<String, TransactionOutcome> answers, String context) {
        List<String> visible = Logs.committed(log, OUTPUTS.get(0));
        checkAnswers(visible, answers, context);
        assertThat(Logs.committed(log, OUTPUTS.get(1))).as(context).isEqualTo(visible);
        Map<TopicPartition, Long> offsets = visible.isEmpty()
                ? Map.of()
                : Map.of(
                        OUTPUTS.get(0),
                        Long.parseLong(visible.get(visible.size() - 1).substring(1)));
        assertThat(log.admin().committedOffsets("readers")).as(context).isEqualTo(offsets);
        checkGoesOn(log, context);
    }

    private static void checkGoesOn(EmbeddedLog log, String context) {
        try (TransactionalProducer next = log.transactionalProducer(WRITER)) {
            next.begin();
            OUTPUTS.forEach(partition -> Logs.send(next, partition, "after"));
            assertThat(next.commit()).as(context).isEqualTo(TransactionOutcome.COMMITTED);
        }
        OUTPUTS.forEach(partition ->
                assertThat(Logs.committed(log, partition)).as(context).endsWith("after"));
    }
}
