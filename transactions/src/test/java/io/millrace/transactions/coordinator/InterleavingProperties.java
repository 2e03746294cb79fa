package io.millrace.transactions.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.transactions.TransactionOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Several owners of two ids, zombies among them, ends that come late or again, failures and crashes anywhere: after every step the
 * {@linkplain TransactionInvariants invariants} hold. Tries more with {@code -Dmillrace.long}.
 */
class InterleavingProperties {
    private static final int TIMEOUT = 1_000;
    private static final List<String> IDS = List.of("left", "right");
    private static final List<TopicPartition> PARTITIONS = List.of(
            new TopicPartition("a", 0), new TopicPartition("b", 0), new TopicPartition("__consumer_offsets", 0));

    /** Of any partition, or of one. */
    private static final List<String> MARKERS = List.of("marker", "marker a", "marker b", "marker __");

    enum Kind {
        INITIALIZE,
        WRITE,
        COMMIT,
        ABORT,
        END_AGAIN,
        PREPARE,
        DECIDE,
        FAIL_JOURNAL,
        FAIL_MARKER,
        CRASH_SOON,
        TIME_PASSES,
        HOUSEKEEPING
    }

    /** What happens next; {@code pick} chooses among whom or what it may happen to. */
    record Op(Kind kind, int pick) {}

    @Property
    void whateverHappensTheInvariantsHold(@ForAll("ops") List<Op> ops) {
        run(ops, Durability.PROCESS_CRASH);
    }

    @Property
    void soItIsWhenPowerIsLost(@ForAll("ops") List<Op> ops) {
        run(ops, Durability.POWER_LOSS);
    }

    private static void run(List<Op> ops, Durability durability) {
        Run run = new Run(durability);
        for (Op op : ops) {
            run.perform(op);
            run.checkInvariants();
        }
        run.settle();
        run.check();
    }

    @Provide
    Arbitrary<List<Op>> ops() {
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(3, Kind.INITIALIZE),
                Tuple.of(12, Kind.WRITE),
                Tuple.of(6, Kind.COMMIT),
                Tuple.of(2, Kind.ABORT),
                Tuple.of(4, Kind.END_AGAIN),
                Tuple.of(2, Kind.PREPARE),
                Tuple.of(2, Kind.DECIDE),
                Tuple.of(1, Kind.FAIL_JOURNAL),
                Tuple.of(1, Kind.FAIL_MARKER),
                Tuple.of(2, Kind.CRASH_SOON),
                Tuple.of(1, Kind.TIME_PASSES),
                Tuple.of(1, Kind.HOUSEKEEPING));
        return Combinators.combine(kinds, Arbitraries.integers().between(0, 1 << 20))
                .as(Op::new)
                .list()
                .ofMaxSize(80);
    }

    /** An owner of an id, or one that was. It goes on until somebody tells it that it was replaced. */
    static final class Owner {
        final String id;
        ProducerIdentity producer;
        ModelledTransaction open;
        boolean isEnding;
        boolean isCommit;

        Owner(String id, ProducerIdentity producer) {
            this.id = id;
            this.producer = producer;
        }
    }

    private static final class Run {
        private final Durability durability;
        private final FakeLog log = new FakeLog();
        private final List<Owner> owners = new ArrayList<>();
        private final List<ModelledTransaction> transactions = new ArrayList<>();
        private TransactionCoordinator coordinator;
        private long crashes;
        private boolean isOpening;

        Run(Durability durability) {
            this.durability = durability;
            this.coordinator = open();
            log.beforeEachStep(this::checkTogether);
        }

        void perform(Op op) {
            try {
                doPerform(op);
            } catch (FakeLog.Crash crash) {
                recover(op.pick());
            }
        }

        private void doPerform(Op op) {
            switch (op.kind()) {
                case INITIALIZE -> initialize(IDS.get(op.pick() % IDS.size()));
                case WRITE -> withOwner(op.pick(), owner -> write(owner, PARTITIONS.get(op.pick() / 7 % 3)));
                case COMMIT -> withOwner(op.pick(), owner -> end(owner, true));
                case ABORT -> withOwner(op.pick(), owner -> end(owner, false));
                case END_AGAIN -> endAgain(op.pick());
                case PREPARE -> withOwner(op.pick(), this::prepare);
                case DECIDE -> {
                    List<ModelledTransaction> waiting = transactions.stream()
                            .filter(transaction -> transaction.isPrepared && transaction.outcome == null)
                            .toList();
                    if (!waiting.isEmpty()) {
                        decide(waiting.get(op.pick() % waiting.size()), op.pick() % 3 != 0);
                    }
                }
                case FAIL_JOURNAL -> log.fail("journal", 1 + op.pick() % 2, Disposition.RETRY);
                case FAIL_MARKER ->
                    log.fail(MARKERS.get(op.pick() / 5 % MARKERS.size()), 1 + op.pick() % 3, Disposition.RETRY);
                case CRASH_SOON -> log.crashAtStep(op.pick() % 12);
                case TIME_PASSES -> log.nanos += TIMEOUT * 600_000L;
                case HOUSEKEEPING -> coordinator.runOnce(log.nanos);
            }
        }

        private void withOwner(int pick, Consumer<Owner> action) {
            if (!owners.isEmpty()) {
                action.accept(owners.get(pick % owners.size()));
            }
        }

        private void initialize(String id) {
            try {
                owners.add(new Owner(id, coordinator.initialize(id, TIMEOUT)));
            } catch (LogException e) {
                boolean isPrepared = coordinator.metadata(id) != null
                        && coordinator.metadata(id).state() == TransactionState.PREPARED;
                assertThat(e.disposition()).isEqualTo(isPrepared ? Disposition.STOP : Disposition.RETRY);
            }
        }

        private void prepare(Owner owner) {
            ModelledTransaction open = owner.open;
            if (open == null || owner.isEnding) {
                return;
            }
            open.preparedBy = owner;
            open.preparedAs = owner.producer;
            try {
                coordinator.prepare(owner.id, owner.producer);
                open.isPrepared = true;
                owner.isEnding = true;
            } catch (LogException e) {
                if (e.disposition() == Disposition.RESTART_TASK) {
                    open.outcome = TransactionOutcome.FENCED;
                    owners.remove(owner);
                }
            }
        }

        private void decide(ModelledTransaction prepared, boolean commit) {
            boolean isFirst = prepared.decision == null;
            prepared.decision = isFirst ? commit : prepared.decision;
            prepared.wasAskedToCommit |= prepared.decision;
            TransactionOutcome outcome =
                    coordinator.endPrepared(prepared.preparedBy.id, prepared.preparedAs, prepared.decision);
            if (outcome == TransactionOutcome.FENCED) {
                assertThat(isFirst)
                        .as("nobody ended " + prepared.name + " before")
                        .isFalse();
                // It was ended before the answer was lost.
                outcome = prepared.decision ? TransactionOutcome.COMMITTED : TransactionOutcome.ABORTED;
            }
            if (outcome != TransactionOutcome.RETRY) {
                assertThat(outcome)
                        .isEqualTo(prepared.decision ? TransactionOutcome.COMMITTED : TransactionOutcome.ABORTED);
                prepared.answered(outcome);
            }
        }

        /** What a crash in the middle of a preparation left is prepared or aborted. */
        private void learnWhatIsPrepared() {
            for (ModelledTransaction transaction : transactions) {
                if (transaction.preparedAs != null && transaction.outcome == null && !transaction.isPrepared) {
                    TransactionMetadata known = coordinator.metadata(transaction.preparedBy.id);
                    transaction.isPrepared = known != null
                            && known.state() == TransactionState.PREPARED
                            && known.producer().equals(transaction.preparedAs);
                }
            }
        }

        private void write(Owner owner, TopicPartition partition) {
            if (owner.isEnding) {
                return;
            }
            if (owner.open == null) {
                owner.open = new ModelledTransaction("t" + transactions.size());
                transactions.add(owner.open);
            }
            ModelledTransaction open = owner.open;
            try {
                if (!open.enlisted.contains(partition)) {
                    coordinator.enlist(owner.id, owner.producer, List.of(partition));
                    open.enlisted.add(partition);
                }
                if (coordinator.isCurrent(owner.id, owner.producer)) {
                    log.write(partition, owner.producer, open.name);
                    open.written.merge(partition, 1, Integer::sum);
                } else {
                    log.write(partition, owner.producer, open.name + ModelledTransaction.FENCED);
                }
            } catch (LogException e) {
                if (e.disposition() == Disposition.RESTART_TASK) {
                    open.outcome = TransactionOutcome.FENCED;
                    owners.remove(owner);
                }
            }
        }

        private void end(Owner owner, boolean commit) {
            ModelledTransaction open = owner.open;
            if (open == null) {
                return;
            }
            boolean asked = open.decision != null
                    ? open.decision
                    : (owner.isEnding && !open.isPrepared) ? owner.isCommit : commit;
            if (open.isPrepared) {
                open.decision = asked;
            }
            owner.isEnding = true;
            owner.isCommit = asked;
            open.endedBy = owner.id;
            open.endedAs = owner.producer;
            open.process = crashes;
            open.wasAskedToCommit |= asked;
            EndOfTransaction end = coordinator.end(owner.id, owner.producer, asked);
            if (end.outcome() == TransactionOutcome.RETRY) {
                return;
            }
            if (end.outcome() == TransactionOutcome.FENCED) {
                // A commit that was answered RETRY before may have been completed by whoever fenced this owner.
                owners.remove(owner);
                return;
            }
            open.answered(end.outcome());
            owner.producer = end.producer();
            owner.open = null;
            owner.isEnding = false;
        }

        /**
         * An end that its sender sent before comes once more, or late: it is answered as the first one or as a stranger's, and touches nothing
         * that began since. What a process sent that died before it was answered does not come, since it was sent within that process (C8).
         */
        private void endAgain(int pick) {
            List<ModelledTransaction> sent = transactions.stream()
                    .filter(transaction -> transaction.endedAs != null && !transaction.enlisted.isEmpty())
                    .filter(transaction -> transaction.process == crashes
                            || (transaction.outcome != null && !wasTakenByPowerCut(transaction)))
                    .toList();
            if (sent.isEmpty()) {
                return;
            }
            ModelledTransaction again = sent.get(pick % sent.size());
            TransactionMetadata before = coordinator.metadata(again.endedBy);
            boolean isOfAnother = before != null
                    && !before.producer().equals(again.endedAs)
                    && !before.ended().equals(again.endedAs);
            boolean isRemembered = before != null && before.ended().equals(again.endedAs);
            Map<TopicPartition, List<FakeLog.Entry>> entries = log.copyOfEntries();

            // What was answered stands, also if the contrary is asked for.
            boolean commit = again.outcome == null ? again.wasAskedToCommit : pick % 2 == 0;
            TransactionOutcome outcome =
                    coordinator.end(again.endedBy, again.endedAs, commit).outcome();

            if (isOfAnother) {
                assertThat(outcome).as(again.name).isEqualTo(TransactionOutcome.FENCED);
                assertThat(coordinator.metadata(again.endedBy)).as(again.name).isEqualTo(before);
                assertThat(log.copyOfEntries()).as(again.name).isEqualTo(entries);
            } else if (isRemembered) {
                assertThat(outcome).as(again.name).isNotEqualTo(TransactionOutcome.FENCED);
            }
            if (outcome == TransactionOutcome.COMMITTED || outcome == TransactionOutcome.ABORTED) {
                again.answered(outcome);
            }
        }

        /** No abort waits for the device: a power cut can take it, and with it whoever could ask again. */
        private boolean wasTakenByPowerCut(ModelledTransaction transaction) {
            TransactionMetadata known = coordinator.metadata(transaction.endedBy);
            return durability == Durability.POWER_LOSS
                    && transaction.outcome == TransactionOutcome.ABORTED
                    && known != null
                    && known.producer().equals(transaction.endedAs);
        }

        private void recover(int seed) {
            crashes++;
            owners.clear();
            for (; ; ) {
                log.restart();
                if (durability == Durability.POWER_LOSS) {
                    log.losePart(new Random(seed + crashes));
                }
                // Every other recovery is itself interrupted.
                if (crashes % 2 == 0) {
                    log.crashAtStep((int) (crashes % 5));
                }
                try {
                    coordinator = open();
                    log.crashAtStep(Integer.MAX_VALUE);
                    learnWhatIsPrepared();
                    return;
                } catch (FakeLog.Crash again) {
                    crashes++;
                }
            }
        }

        private TransactionCoordinator open() {
            isOpening = true;
            TransactionCoordinator opened =
                    TransactionCoordinator.open(log.clock(), () -> log.nanos, durability, log, log);
            isOpening = false;
            return opened;
        }

        /** Faults stop; then everything is decided within a timeout. */
        void settle() {
            log.stopFaults();
            log.nanos += TIMEOUT * 1_000_000L;
            coordinator.runOnce(log.nanos);
            for (ModelledTransaction transaction : transactions) {
                if (transaction.isPrepared && transaction.outcome == null) {
                    decide(transaction, true);
                }
            }
        }

        /** At every instant at which there are readers: an opening has none (C11). */
        private void checkTogether() {
            if (!isOpening) {
                new TransactionInvariants(log, transactions).noTornTransaction();
            }
        }

        void checkInvariants() {
            new TransactionInvariants(log, transactions).check();
        }

        void check() {
            assertThat(log.openTransactions()).isEmpty();
            checkInvariants();
            checkMarkers();
            checkReplay();
        }

        /** Epochs never fall, and a marker's is above that of every record before it. */
        private void checkMarkers() {
            log.partitions.forEach((partition, entries) -> {
                Map<Long, ProducerIdentity> last = new TreeMap<>();
                for (FakeLog.Entry entry : entries) {
                    ProducerIdentity before = last.put(entry.producer().producerId(), entry.producer());
                    if (before != null) {
                        assertThat(entry.producer().epoch())
                                .as(partition + " " + entry)
                                .isGreaterThanOrEqualTo((short) (before.epoch() + (entry.isMarker() ? 1 : 0)));
                    }
                }
            });
        }

        /** What is known is the fold of the journal, and an opening after a clean end changes nothing. */
        private void checkReplay() {
            coordinator.close();
            log.restart();
            Map<TopicPartition, List<FakeLog.Entry>> before = log.copyOfEntries();
            TransactionCoordinator replayed = open();
            assertThat(log.partitions).isEqualTo(before);
            assertThat(replayed.list()).isEqualTo(coordinator.list());
        }
    }
}
