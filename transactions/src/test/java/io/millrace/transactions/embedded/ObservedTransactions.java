package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.GroupMetadata;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.log.embedded.LogEngine;
import io.millrace.log.embedded.partition.PartitionCursor;
import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import io.millrace.platform.StorageFile;
import io.millrace.platform.World;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.serde.BytesView;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import io.millrace.transactions.coordinator.TransactionCoordinator;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A log whose transactions are looked at after every change of its storage, by the readers that it has: cursors of the engine, and its
 * committed offsets. One thread, so whatever a look finds, another thread could have found at that instant.
 */
final class ObservedTransactions {
    enum Kind {
        WRITE,
        COMMIT,
        ABORT,
        FULL_SOON,
        SPACE,
        FAIL_SOON,
        CRASH_SOON,
        REOPEN,
        HOUSEKEEPING
    }

    /** What happens next; {@code pick} chooses to whom, or how soon. */
    record Op(Kind kind, int pick) {}

    private static final List<TopicPartition> OUTPUTS =
            IntStream.range(0, 3).mapToObj(i -> new TopicPartition("t", i)).toList();
    private static final List<TopicPartition> INPUTS =
            IntStream.range(0, 2).mapToObj(i -> new TopicPartition("in", i)).toList();
    /** As many as there are offsets to commit, and more. */
    private static final int INPUT_RECORDS = 50;

    private static final GroupMetadata GROUP = new GroupMetadata("readers", "", -1);
    private static final Set<String> CHANGES =
            Set.of("append", "writeAt", "truncate", "force", "rename", "delete", "syncDirectory");
    private static final int NEVER = -1;

    /** One that somebody began. */
    private static final class Transaction {
        final String name;
        /** Of which it commits the offset. */
        final TopicPartition input;
        /** By partition, where its first record may stand: not before this offset. */
        final Map<TopicPartition, Long> notBefore = new TreeMap<>();
        /** Where all of it was written. */
        final Set<TopicPartition> written = new HashSet<>();

        long offset = NEVER;
        boolean isBroken;
        boolean isAskedToCommit;
        boolean isAskedToAbort;

        @Nullable TransactionOutcome outcome;
        /** True once it is ended for good, if not how is known: its log was opened again. */
        boolean isOver;

        Transaction(String name, TopicPartition input) {
            this.name = name;
            this.input = input;
        }
    }

    /** A transactional id, with the producer that it has while the log is open. */
    private static final class Owner {
        final TransactionalProducerConfig config;
        final TopicPartition input;

        @Nullable TransactionalProducer producer;

        @Nullable Transaction open;

        Owner(String id, TopicPartition input) {
            config = TransactionalProducerConfig.of(id).withTransactionTimeout(Duration.ofDays(365));
            this.input = input;
        }
    }

    private final Durability durability;
    private final List<Owner> owners = List.of(new Owner("left", INPUTS.get(0)), new Owner("right", INPUTS.get(1)));
    private final List<Transaction> transactions = new ArrayList<>();
    private SimulatedWorld world = new SimulatedWorld(7);
    private @Nullable LogEngine engine;
    private @Nullable TransactionCoordinator coordinator;
    private boolean isLooking;
    private long lastOffset;
    /** How many changes of the storage are left before the disk is full; negative for never. */
    private long changesUntilFull = NEVER;

    ObservedTransactions(Durability durability) {
        this.durability = durability;
        open();
        LogEngine opened = Objects.requireNonNull(engine);
        opened.admin().createTopic("t", OUTPUTS.size(), TopicSettings.defaults());
        opened.admin().createTopic("in", INPUTS.size(), TopicSettings.defaults());
        fillInputs(opened);
    }

    /** Forced: no power cut takes the end that offsets are committed up to. */
    private static void fillInputs(LogEngine engine) {
        try (LogProducer producer = engine.producer()) {
            for (TopicPartition input : INPUTS) {
                for (int i = 0; i < INPUT_RECORDS; i++) {
                    producer.send(input, 1, null, BytesView.ofUtf8("" + i), List.of());
                }
            }
        }
        INPUTS.forEach(input -> engine.partition(input).force());
    }

    void perform(Op op) {
        try {
            if (engine == null) {
                open();
            }
            doPerform(op);
            look();
        } catch (SimulatedCrash crash) {
            engine = null;
        }
    }

    private void doPerform(Op op) {
        Owner owner = owners.get(op.pick() % owners.size());
        switch (op.kind()) {
            case WRITE -> write(owner, op.pick() / 2);
            case COMMIT -> end(owner, true);
            case ABORT -> end(owner, false);
            case FULL_SOON -> changesUntilFull = op.pick() % 5;
            case SPACE -> {
                changesUntilFull = NEVER;
                world.storage().limitCapacity(Long.MAX_VALUE);
            }
            case FAIL_SOON ->
                world.storage()
                        .failAfter(
                                op.pick() % 2 == 0 ? StorageOperation.WRITE : StorageOperation.FORCE,
                                op.pick() / 2 % 5,
                                StorageException.Kind.IO);
            case CRASH_SOON -> world.storage().crashAt(world.storage().callCount() + op.pick() % 16);
            case REOPEN -> engine = null;
            case HOUSEKEEPING -> {
                if (coordinator != null) {
                    coordinator.runOnce(world.world().ticker().nanos());
                }
            }
        }
    }

    /** A new process on what the last one left; perhaps it cannot begin yet. */
    private void open() {
        engine = null;
        coordinator = null;
        owners.forEach(owner -> owner.producer = null);
        world = world.restart(durability == Durability.POWER_LOSS ? CrashMode.POWER : CrashMode.PROCESS);
        if (changesUntilFull == 0) {
            world.storage().limitCapacity(0);
        }
        World real = world.world();
        World observed = new World(
                observed(Storage.class, real.storage()), real.clock(), real.ticker(), real.random(), real.scheduler());
        LogEngine opened = null;
        try {
            opened = LogEngine.open(observed, EmbeddedLogConfig.defaults().withDurability(durability));
            coordinator = TransactionCoordinator.open(
                    real.clock(),
                    real.ticker(),
                    durability,
                    PartitionJournal.open(opened),
                    new EngineParticipants(opened));
        } catch (LogException | StorageException full) {
            if (opened != null) {
                opened.close();
            }
            return;
        }
        transactions.forEach(transaction -> transaction.isOver = true);
        owners.forEach(owner -> owner.open = null);
        engine = opened;
        look();
    }

    private @Nullable TransactionalProducer producer(Owner owner) {
        if (owner.producer == null && engine != null) {
            try {
                owner.producer =
                        new EmbeddedTransactionalProducer(engine, Objects.requireNonNull(coordinator), owner.config);
            } catch (LogException notNow) {
                return null;
            }
        }
        return owner.producer;
    }

    private void write(Owner owner, int pick) {
        TransactionalProducer producer = producer(owner);
        Transaction open = owner.open;
        if (producer == null || engine == null || (open != null && (open.isBroken || isEnding(open)))) {
            return;
        }
        if (open == null) {
            open = new Transaction("t" + transactions.size(), owner.input);
            transactions.add(open);
            owner.open = open;
            producer.begin();
        }
        Transaction writing = open;
        try {
            for (TopicPartition partition : OUTPUTS) {
                // Mostly in several partitions.
                if ((pick >> partition.partition() & 1) == 1 && !writing.notBefore.containsKey(partition)) {
                    writing.notBefore.put(
                            partition, engine.partition(partition).view().logEndOffset());
                    Logs.send(producer, partition, writing.name);
                    producer.flush();
                    writing.written.add(partition);
                }
            }
            if ((pick >> 3 & 1) == 1) {
                writing.offset = ++lastOffset;
                producer.sendOffsets(Map.of(owner.input, writing.offset), GROUP);
            }
        } catch (LogException e) {
            writing.isBroken = true;
        }
    }

    private static boolean isEnding(Transaction transaction) {
        return transaction.isAskedToCommit || transaction.isAskedToAbort;
    }

    private void end(Owner owner, boolean commit) {
        TransactionalProducer producer = owner.producer;
        Transaction open = owner.open;
        if (producer == null || open == null) {
            return;
        }
        boolean commits = open.isAskedToCommit || (commit && !open.isBroken && !open.isAskedToAbort);
        open.isAskedToCommit |= commits;
        open.isAskedToAbort |= !commits;
        try {
            TransactionOutcome outcome = commits ? producer.commit() : producer.abort();
            if (outcome != TransactionOutcome.RETRY) {
                assertThat(outcome)
                        .as(open.name)
                        .isEqualTo(commits ? TransactionOutcome.COMMITTED : TransactionOutcome.ABORTED);
                open.outcome = outcome;
                open.isOver = true;
                owner.open = null;
            }
        } catch (LogException stopped) {
            // It may be decided: only the next opening tells.
            return;
        }
    }

    /** Looks at everything, unless it is looked at already, or nobody can. */
    private void look() {
        LogEngine present = engine;
        if (present == null || isLooking || present.admin().describeTopic("t").isEmpty()) {
            return;
        }
        isLooking = true;
        try {
            check(present);
        } finally {
            isLooking = false;
        }
    }

    private void check(LogEngine present) {
        Map<TopicPartition, List<String>> visible = new TreeMap<>();
        OUTPUTS.forEach(partition -> visible.put(partition, read(present, partition)));
        Map<TopicPartition, Long> offsets = present.groups().committed(GROUP.groupId());
        for (Transaction transaction : transactions) {
            boolean isSeen = visible.values().stream().anyMatch(names -> names.contains(transaction.name))
                    || isSeen(transaction, offsets);
            if (isSeen) {
                checkTogether(transaction, visible, offsets);
                checkAskedFor(transaction);
            } else if (transaction.outcome == TransactionOutcome.COMMITTED) {
                checkTogether(transaction, visible, offsets);
            }
        }
        visible.forEach((partition, names) ->
                assertThat(names).as("once each, in " + partition).doesNotHaveDuplicates());
    }

    private static boolean isSeen(Transaction transaction, Map<TopicPartition, Long> offsets) {
        return transaction.offset != NEVER && transaction.offset == offsets.getOrDefault(transaction.input, 0L);
    }

    /** TOGETHER: one part is seen, so all are, but what stands behind a transaction of another producer that is not ended yet. */
    private void checkTogether(
            Transaction transaction, Map<TopicPartition, List<String>> visible, Map<TopicPartition, Long> offsets) {
        for (TopicPartition partition : transaction.written) {
            assertThat(visible.get(partition).contains(transaction.name) || isBehindAnother(transaction, partition))
                    .as("TOGETHER: %s in %s, of %s; offsets %s", transaction.name, partition, visible, offsets)
                    .isTrue();
        }
        if (transaction.offset != NEVER) {
            assertThat(offsets.getOrDefault(transaction.input, 0L))
                    .as("TOGETHER: offset of %s, of %s", transaction.name, visible)
                    .isGreaterThanOrEqualTo(transaction.offset);
        }
    }

    private boolean isBehindAnother(Transaction transaction, TopicPartition partition) {
        long from = Objects.requireNonNull(transaction.notBefore.get(partition));
        return transactions.stream()
                .filter(other -> other != transaction && !other.isOver)
                .anyMatch(other -> other.notBefore.getOrDefault(partition, Long.MAX_VALUE) <= from);
    }

    /** ASKED FOR: nothing is seen that nobody asked to commit, or that was answered with aborted. */
    private static void checkAskedFor(Transaction transaction) {
        assertThat(transaction.isAskedToCommit && transaction.outcome != TransactionOutcome.ABORTED)
                .as("ASKED FOR: " + transaction.name)
                .isTrue();
    }

    private static List<String> read(LogEngine engine, TopicPartition partition) {
        List<String> names = new ArrayList<>();
        PartitionCursor cursor = new PartitionCursor(engine.partition(partition), Isolation.READ_COMMITTED, 1 << 16, 0);
        while (cursor.refill() && cursor.next()) {
            names.add(Objects.requireNonNull(cursor.record().value()).toUtf8());
        }
        return names;
    }

    /** Faults are over: an opening brings everything to its end, and nothing waits for anything. */
    void settle() {
        changesUntilFull = NEVER;
        engine = null;
        world = world.restart(durability == Durability.POWER_LOSS ? CrashMode.POWER : CrashMode.PROCESS);
        open();
        LogEngine present = Objects.requireNonNull(engine);
        for (TopicPartition partition : OUTPUTS) {
            present.partition(partition).checkpoint();
            assertThat(present.partition(partition).view().lastStableOffset())
                    .as("ENDED: " + partition)
                    .isEqualTo(present.partition(partition).view().logEndOffset());
        }
        look();
        engine = null;
        present.close();
    }

    /** The same, looked at after every change that it made or failed to make. */
    private <T> T observed(Class<T> type, T inner) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            boolean isChange = CHANGES.contains(method.getName());
            if (isChange && changesUntilFull >= 0 && changesUntilFull-- == 0) {
                changesUntilFull = 0;
                world.storage().limitCapacity(0);
            }
            try {
                Object result = method.invoke(inner, args);
                return result instanceof StorageFile file ? observed(StorageFile.class, file) : result;
            } catch (InvocationTargetException e) {
                throw Objects.requireNonNull(e.getCause());
            } finally {
                if (isChange && world.storage().crashed() == null) {
                    look();
                }
            }
        }));
    }
}
