package io.millrace.transactions.embedded;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.log.embedded.LogEngine;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.partition.PartitionView;
import io.millrace.platform.World;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.coordinator.EndOfTransaction;
import io.millrace.transactions.coordinator.ProducerIdentity;
import io.millrace.transactions.coordinator.TransactionCoordinator;
import java.util.List;
import org.jetbrains.lincheck.datastructures.BooleanGen;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;

/**
 * Random short programs of three threads on a real engine, many times each: every answer must be one that the same calls give one after the
 * other, in some order that their beginnings and ends allow. Two of them take one transactional id from each other, the third has its own; all
 * write to the same partition.
 *
 * <p>Each call here is one of those that a producer makes, because a producer's own calls are several of them and are not meant to be
 * atomic. A transaction may also reach a second partition, so that its end is journaled. Runs longer with
 * {@code -Dmillrace.interleavings=1000}, the number of programs.
 */
public final class LinearizabilityTest {
    private static final TopicPartition A = new TopicPartition("a", 0);
    private static final TopicPartition B = new TopicPartition("b", 0);
    private static final int TIMEOUT_MILLIS = 60_000;

    private static final class Owner {
        ProducerIdentity producer = ProducerIdentity.NONE;
        ProducerIdentity previous = ProducerIdentity.NONE;
        boolean isEnlisted;
        int attempts;
        int sequence;
    }

    private final LogEngine engine;
    private final TransactionCoordinator coordinator;
    private final Owner[] owners = {new Owner(), new Owner(), new Owner()};

    public LinearizabilityTest() {
        World world = new SimulatedWorld(0).world();
        EmbeddedLogConfig config = EmbeddedLogConfig.defaults();
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

    @Test
    void callsOfSeveralThreadsAnswerAsSomeOrderOfThemWould() {
        new StressOptions()
                .iterations(Integer.getInteger("millrace.interleavings", 20))
                .invocationsPerIteration(40)
                .threads(3)
                .actorsBefore(2)
                .actorsPerThread(4)
                .actorsAfter(2)
                .minimizeFailedScenario(false)
                .sequentialSpecification(TransactionsSpecification.class)
                .check(LinearizabilityTest.class);
    }

    @Operation
    public void initialize(@Param(gen = ThreadIdGen.class) int thread) {
        owner(thread).producer = coordinator.initialize(id(thread), TIMEOUT_MILLIS);
        owner(thread).isEnlisted = false;
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
        }
        return "enlisted";
    }

    @Operation
    public String append(@Param(gen = ThreadIdGen.class) int thread) {
        Owner owner = owner(thread);
        if (!owner.isEnlisted) {
            return "nothing to append to";
        }
        owner.attempts++;
        BatchBuilder batch = new BatchBuilder(1 << 8);
        batch.begin(owner.producer.producerId(), owner.producer.epoch(), true);
        batch.append(0, null, BytesView.ofUtf8(ownerOf(thread) + "." + owner.attempts), List.of());
        try {
            engine.writer().append(engine.partition(A), batch, owner.sequence);
        } catch (LogException e) {
            return fenced(e);
        }
        owner.sequence++;
        return "appended";
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

    @Operation
    public String offsets() {
        PartitionView view = engine.partition(A).view();
        return view.lastStableOffset() + " of " + view.logEndOffset();
    }
}
