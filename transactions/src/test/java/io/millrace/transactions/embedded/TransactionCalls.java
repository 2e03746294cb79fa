package io.millrace.transactions.embedded;

import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.log.embedded.LogEngine;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.platform.World;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.coordinator.EndOfTransaction;
import io.millrace.transactions.coordinator.ProducerIdentity;
import io.millrace.transactions.coordinator.TransactionCoordinator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jetbrains.lincheck.datastructures.BooleanGen;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/**
 * What several threads ask of the coordinator and of partitions: two of them take one transactional id from each other, the third has its own;
 * all write to the same partition.
 *
 * <p>Each call here is one of those that a producer makes, because a producer's own calls are several of them and are not meant to be
 * atomic. A transaction may also reach a second partition, so that its end is journaled, and write twins of its records there. An abort in two
 * partitions is not one instant: its markers are written one after the other, and let readers pass one after the other. So the second one is no
 * part of the order that is looked for; held against it is that whoever has seen a twin there finds the record in the first.
 */
public abstract class TransactionCalls {
    private static final TopicPartition A = new TopicPartition("a", 0);
    private static final TopicPartition B = new TopicPartition("b", 0);
    private static final int TIMEOUT_MILLIS = 60_000;

    private static final class Owner {
        ProducerIdentity producer = ProducerIdentity.NONE;
        ProducerIdentity previous = ProducerIdentity.NONE;
        boolean isEnlisted;
        boolean isInBoth;
        int attempts;
        int sequence;
        /** Of the record that was appended last in the open transaction, if that is in both partitions. */
        String twin = "";

        int twinSequence;
        final Map<TopicPartition, Long> stable = new TreeMap<>();
    }

    private final LogEngine engine;
    private final TransactionCoordinator coordinator;
    private final Owner[] owners = {new Owner(), new Owner(), new Owner()};

    TransactionCalls(Durability durability) {
        World world = new SimulatedWorld(0).world();
        EmbeddedLogConfig config = EmbeddedLogConfig.defaults().withDurability(durability);
        engine = LogEngine.open(world, config);
        coordinator = TransactionCoordinator.open(
                world.clock(),
                world.ticker(),
                config.durability(),
                PartitionJournal.open(engine),
                new EngineParticipants(engine));
        engine.admin().createTopic("a", 1, TopicSettings.defaults());
        engine.admin().createTopic("b", 1, TopicSettings.defaults());
        initialize(2);
        initialize(1);
        initialize(0);
        enlist(0, true);
        append(0);
        appendTwin(0);
        enlist(2, false);
    }

    /** Lincheck's number of the thread before the others is 0, of those that run together 1 to 3, and of the one after them 4. */
    static int ownerOf(int thread) {
        return thread % 3;
    }

    static String id(int thread) {
        return ownerOf(thread) == 2 ? "own" : "contended";
    }

    private Owner owner(int thread) {
        return owners[ownerOf(thread)];
    }

    @Operation
    public void initialize(@Param(gen = ThreadIdGen.class) int thread) {
        owner(thread).producer = coordinator.initialize(id(thread), TIMEOUT_MILLIS);
        owner(thread).isEnlisted = false;
        owner(thread).isInBoth = false;
        owner(thread).twin = "";
    }

    @Operation
    public String enlist(
            @Param(gen = ThreadIdGen.class) int thread, @Param(gen = BooleanGen.class, conf = "") boolean inBoth) {
        Owner owner = owner(thread);
        try {
            coordinator.enlist(id(thread), owner.producer, inBoth ? List.of(A, B) : List.of(A));
        } catch (LogException e) {
            return fenced(e);
        }
        if (!owner.isEnlisted) {
            owner.isEnlisted = true;
            owner.sequence = 0;
            owner.twinSequence = 0;
        }
        owner.isInBoth |= inBoth;
        return "enlisted";
    }

    @Operation
    public String append(@Param(gen = ThreadIdGen.class) int thread) {
        Owner owner = owner(thread);
        owner.twin = "";
        if (!owner.isEnlisted) {
            return "nothing to append to";
        }
        owner.attempts++;
        String value = ownerOf(thread) + "." + owner.attempts;
        try {
            append(A, owner.producer, owner.sequence, value);
        } catch (LogException e) {
            return fenced(e);
        }
        owner.sequence++;
        owner.twin = owner.isInBoth ? value : "";
        return "appended";
    }

    /** Appends what was appended last to the other partition, too. What comes of it depends on where the markers of an end stand by now. */
    @Operation
    public void appendTwin(@Param(gen = ThreadIdGen.class) int thread) {
        Owner owner = owner(thread);
        if (owner.twin.isEmpty()) {
            return;
        }
        try {
            append(B, owner.producer, owner.twinSequence, owner.twin);
            owner.twinSequence++;
        } catch (LogException e) {
            fenced(e);
        }
        owner.twin = "";
    }

    private void append(TopicPartition partition, ProducerIdentity producer, int sequence, String value) {
        BatchBuilder batch = new BatchBuilder(1 << 8);
        batch.begin(producer.producerId(), producer.epoch(), true);
        batch.append(0, null, BytesView.ofUtf8(value), List.of());
        engine.writer().append(engine.partition(partition), batch, sequence);
    }

    private static String fenced(LogException e) {
        if (e.disposition() != Disposition.RESTART_TASK) {
            throw e;
        }
        return "fenced";
    }

    @Operation
    public TransactionOutcome end(
            @Param(gen = ThreadIdGen.class) int thread, @Param(gen = BooleanGen.class, conf = "") boolean commit) {
        Owner owner = owner(thread);
        EndOfTransaction end = coordinator.end(id(thread), owner.producer, commit);
        if (end.outcome() != TransactionOutcome.FENCED) {
            owner.isEnlisted = false;
            owner.isInBoth = false;
            owner.twin = "";
            if (!end.producer().equals(owner.producer)) {
                owner.previous = owner.producer;
                owner.producer = end.producer();
            }
        }
        return end.outcome();
    }

    @Operation
    public TransactionOutcome endAgain(
            @Param(gen = ThreadIdGen.class) int thread, @Param(gen = BooleanGen.class, conf = "") boolean commit) {
        ProducerIdentity previous = owner(thread).previous;
        return previous.equals(ProducerIdentity.NONE)
                ? TransactionOutcome.FENCED
                : coordinator.end(id(thread), previous, commit).outcome();
    }

    @Operation
    public boolean abortAsTimeoutWould(@Param(gen = IntGen.class, conf = "0:2") int thread) {
        return coordinator.abort(id(thread));
    }

    @Operation
    public List<String> read() {
        return Logs.committed(engine, A);
    }

    /** A reader of both partitions: no transaction is torn, and no last stable offset falls. */
    @Operation
    public String readBoth(@Param(gen = ThreadIdGen.class) int thread) {
        for (TopicPartition partition : List.of(A, B)) {
            long now = engine.partition(partition).view().lastStableOffset();
            Long before = owner(thread).stable.put(partition, now);
            if (before != null && before > now) {
                return partition + " was stable up to " + before + " and is up to " + now;
            }
        }
        List<String> twins = new ArrayList<>(Logs.committed(engine, B));
        twins.removeAll(Logs.committed(engine, A));
        return twins.isEmpty() ? TransactionsSpecification.WHOLE : "without their twins: " + twins;
    }
}
