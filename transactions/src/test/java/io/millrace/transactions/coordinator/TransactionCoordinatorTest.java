package io.millrace.transactions.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.transactions.HangingTransaction;
import io.millrace.transactions.TransactionDescription;
import io.millrace.transactions.TransactionOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionCoordinatorTest {
    private static final String ID = "bank";
    private static final int TIMEOUT = 60_000;
    private static final TopicPartition A = new TopicPartition("a", 0);
    private static final TopicPartition B = new TopicPartition("b", 1);
    private static final TopicPartition OFFSETS = new TopicPartition("__consumer_offsets", 0);

    private final FakeLog log = new FakeLog();
    private TransactionCoordinator coordinator = open(Durability.PROCESS_CRASH);

    @Test
    void aTransactionCostsOneRecordAndItsMarkersAndOffsetsComeLast() {
        ProducerIdentity first = coordinator.initialize(ID, TIMEOUT);
        log.trace.clear();

        ProducerIdentity second = committed(first, "1", A, OFFSETS, B);
        committed(second, "2", A, B);

        assertThat(log.trace)
                .containsExactly(
                        "write a-0",
                        "write __consumer_offsets-0",
                        "write b-1",
                        "journal PrepareCommit",
                        "marker a-0 commit 1",
                        "marker b-1 commit 1",
                        "marker __consumer_offsets-0 commit 1",
                        "write a-0",
                        "write b-1",
                        "journal PrepareCommit",
                        "marker a-0 commit 2",
                        "marker b-1 commit 2");
    }

    @Test
    void aTransactionInOnePartitionIsDecidedByItsMarkerThere() {
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        ProducerIdentity other = coordinator.initialize("other", TIMEOUT);
        log.trace.clear();

        producer = committed(producer, "1", A);
        begun(producer, "2", A);
        producer = coordinator.end(ID, producer, false).producer();
        assertThat(log.trace).containsExactly("write a-0", "marker a-0 commit 1", "write a-0", "marker a-0 abort 2");
        log.trace.clear();

        committed(producer, "3", OFFSETS);
        coordinator.enlist("other", other, List.of(A, B));
        coordinator.end("other", other, true);
        assertThat(log.trace)
                .as("offsets are visible with their marker, so that is not what decides")
                .containsExactly(
                        "write __consumer_offsets-0",
                        "journal PrepareCommit",
                        "marker __consumer_offsets-0 commit 3",
                        "journal CompleteCommit PrepareCommit",
                        "marker a-0 commit 1",
                        "marker b-1 commit 1");
    }

    @Test
    void againstPowerLossDataIsForcedBeforeTheDecisionAndTheDecisionBeforeItsMarkers() {
        coordinator = open(Durability.POWER_LOSS);
        ProducerIdentity first = coordinator.initialize(ID, TIMEOUT);
        assertThat(log.trace).containsExactly("journal Empty", "force journal");
        log.trace.clear();

        ProducerIdentity second = committed(first, "1", A, B);
        assertThat(log.trace)
                .containsExactly(
                        "write a-0",
                        "write b-1",
                        "force a-0",
                        "force b-1",
                        "journal PrepareCommit",
                        "force journal",
                        "marker a-0 commit 1",
                        "marker b-1 commit 1");
        log.trace.clear();

        begun(second, "2", A, B);
        coordinator.end(ID, second, false);
        assertThat(log.trace)
                .containsExactly(
                        "write a-0",
                        "write b-1",
                        "force a-0",
                        "force b-1",
                        "journal PrepareAbort",
                        "force journal",
                        "marker a-0 abort 2",
                        "marker b-1 abort 2");
    }

    @Test
    void againstPowerLossOneForceIsEnoughForATransactionInOnePartition() {
        coordinator = open(Durability.POWER_LOSS);
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        log.trace.clear();

        committed(producer, "1", A);
        assertThat(log.trace).containsExactly("write a-0", "marker a-0 commit 1", "force a-0");
        log.loseUnforced();
        log.restart();
        coordinator = open(Durability.POWER_LOSS);
        assertThat(log.visible(A)).containsExactly("1");
        ProducerIdentity next = coordinator.initialize(ID, TIMEOUT);
        assertFenced(() -> log.write(A, new ProducerIdentity(next.producerId(), (short) 0), "zombie"));
        committed(next, "2", A);
        assertThat(log.visible(A)).containsExactly("1", "2");
    }

    @Test
    void whatDecidesInOnePartitionDoesNotReplaceADecisionWhoseMarkersAPowerCutCouldTake() {
        coordinator = open(Durability.POWER_LOSS);
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        producer = committed(producer, "1", A, B);
        committed(producer, "2", A);
        coordinator.close();
        log.force();
        log.loseUnforced();
        log.restart();

        coordinator = open(Durability.POWER_LOSS);

        assertThat(log.visible(A)).containsExactly("1", "2");
        assertThat(log.visible(B)).containsExactly("1");
    }

    @Test
    void aForceThatFailsLeavesACommitUnanswered() {
        coordinator = open(Durability.POWER_LOSS);
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        begun(producer, "1", A);
        log.fail("force a-0", 3, Disposition.STOP);

        assertStop(() -> coordinator.end(ID, producer, true), "force a-0");
        assertStop(() -> coordinator.end(ID, producer, true), "force a-0");
        assertStop(() -> coordinator.initialize(ID, TIMEOUT), "force a-0");
    }

    @Test
    void aMarkerThatWasNotWrittenDecidesNothing() {
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        begun(producer, "1", A);
        log.fail("marker", 1, Disposition.RETRY);

        assertThat(coordinator.end(ID, producer, true).outcome()).isEqualTo(TransactionOutcome.RETRY);
        assertThat(coordinator.end(ID, producer, false).outcome()).isEqualTo(TransactionOutcome.ABORTED);
        assertThat(log.visible(A)).isEmpty();
    }

    @Test
    void aDecisionIsNotReplacedBeforeItsMarkersAreDurable() {
        coordinator = open(Durability.POWER_LOSS);
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        committed(producer, "1", A, B);
        coordinator.initialize(ID, TIMEOUT);
        log.loseUnforced();
        log.restart();

        coordinator = open(Durability.POWER_LOSS);

        assertThat(log.visible(A)).containsExactly("1");
        assertThat(log.visible(B)).containsExactly("1");
    }

    @Test
    void anEmptyTransactionWritesNothing() {
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        log.trace.clear();

        assertThat(coordinator.end(ID, producer, true))
                .isEqualTo(new EndOfTransaction(TransactionOutcome.COMMITTED, producer));
        assertThat(coordinator.end(ID, producer, false))
                .isEqualTo(new EndOfTransaction(TransactionOutcome.ABORTED, producer));
        assertThat(log.trace).isEmpty();
    }

    @Test
    void aRepeatedEndAnswersAsTheFirstAlsoWhenTheContraryIsAskedFor() {
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        begun(producer, "1", A);
        EndOfTransaction first = coordinator.end(ID, producer, true);
        log.trace.clear();

        assertThat(coordinator.end(ID, producer, true)).isEqualTo(first);
        assertThat(coordinator.end(ID, producer, false)).isEqualTo(first);
        assertThat(log.trace).isEmpty();
    }

    @Test
    void aCommitThatCouldNotBeDecidedCanBeTurnedIntoAnAbortAndOneThatWasDecidedCannot() {
        ProducerIdentity first = coordinator.initialize(ID, TIMEOUT);
        begun(first, "undecided", A, B);
        log.fail("journal", 1, Disposition.RETRY);
        assertThat(coordinator.end(ID, first, true).outcome()).isEqualTo(TransactionOutcome.RETRY);
        EndOfTransaction aborted = coordinator.end(ID, first, false);
        assertThat(aborted.outcome()).isEqualTo(TransactionOutcome.ABORTED);

        begun(aborted.producer(), "decided", A, B);
        log.fail("marker a-0", 1, Disposition.RETRY);
        assertThat(coordinator.end(ID, aborted.producer(), true).outcome()).isEqualTo(TransactionOutcome.RETRY);
        assertThat(coordinator.end(ID, aborted.producer(), false).outcome()).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(log.visible(A)).containsExactly("decided");
        assertThat(log.visible(B)).containsExactly("decided");
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void aPreparedTransactionWaitsForItsDecisionWhateverHappensMeanwhile(Durability durability) {
        coordinator = open(durability);
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        begun(producer, "1", A, OFFSETS);
        coordinator.prepare(ID, producer);
        coordinator.prepare(ID, producer);
        coordinator.release(ID, producer);
        for (int crash = 0; crash < 2; crash++) {
            if (durability == Durability.POWER_LOSS) {
                log.loseUnforced();
            }
            log.restart();
            coordinator = open(durability);
            pass(Duration.ofDays(30));
            assertThat(coordinator.runOnce(log.nanos)).isZero();
            assertStop(() -> coordinator.initialize(ID, TIMEOUT), "commitPrepared");
            assertFenced(() -> coordinator.enlist(ID, producer, List.of(B)));
        }
        assertThat(coordinator.metadata(ID).state()).isEqualTo(TransactionState.PREPARED);
        assertThat(coordinator.metadata(ID).partitions()).containsExactly(OFFSETS, A);

        assertThat(coordinator.endPrepared(ID, producer, true)).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(log.visible(A)).containsExactly("1");
        assertThat(log.visible(OFFSETS)).containsExactly("1");
        committed(coordinator.initialize(ID, TIMEOUT), "2", A);
        assertThat(log.visible(A)).containsExactly("1", "2");
    }

    @Test
    void againstPowerLossDataIsForcedBeforeItIsPreparedAndThatBeforeAnybodyLearnsOfIt() {
        coordinator = open(Durability.POWER_LOSS);
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        begun(producer, "1", A, B);
        log.trace.clear();

        coordinator.prepare(ID, producer);

        assertThat(log.trace).containsExactly("force a-0", "force b-1", "journal Prepared", "force journal");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theEndOfAPreparedTransactionAnswersTheSameToWhoeverAsksAndAfterARestart(boolean commit) {
        TransactionOutcome outcome = commit ? TransactionOutcome.COMMITTED : TransactionOutcome.ABORTED;
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        begun(producer, "1", A, B);
        coordinator.prepare(ID, producer);
        log.fail("marker b-1", 1, Disposition.RETRY);
        assertThat(coordinator.endPrepared(ID, null, commit)).isEqualTo(TransactionOutcome.RETRY);
        assertThat(coordinator.endPrepared(ID, null, commit)).isEqualTo(outcome);

        for (int asked = 0; asked < 3; asked++) {
            assertThat(coordinator.endPrepared(ID, producer, commit)).isEqualTo(outcome);
            assertThat(coordinator.endPrepared(ID, producer, !commit)).isEqualTo(outcome);
            assertThat(coordinator.end(ID, producer, true).outcome()).isEqualTo(outcome);
            log.restart();
            coordinator = open(Durability.PROCESS_CRASH);
        }
        assertThat(log.visible(A)).isEqualTo(commit ? List.of("1") : List.of());
        assertThat(log.visible(B)).isEqualTo(commit ? List.of("1") : List.of());

        coordinator.initialize(ID, TIMEOUT);
        assertThat(coordinator.endPrepared(ID, producer, commit)).isEqualTo(TransactionOutcome.FENCED);
    }

    @Test
    void nothingButAPreparedTransactionIsEndedAsOne() {
        assertStop(() -> coordinator.endPrepared(ID, null, true), "not known");
        assertThat(coordinator.list()).isEmpty();
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        begun(producer, "1", A);

        assertStop(() -> coordinator.endPrepared(ID, null, true), "Ongoing");
        assertThat(coordinator.endPrepared(ID, producer, true)).isEqualTo(TransactionOutcome.FENCED);
        assertThat(coordinator.metadata(ID).state()).isEqualTo(TransactionState.ONGOING);
    }

    @Test
    void aPreparedTransactionWhoseEndAPowerCutTookIsAborted() {
        ProducerIdentity first = coordinator.initialize(ID, TIMEOUT);
        begun(first, "1", A);
        coordinator.prepare(ID, first);
        log.force();
        coordinator.endPrepared(ID, first, true);
        log.force(List.of(A));
        log.loseUnforced();
        log.restart();

        coordinator = open(Durability.PROCESS_CRASH);

        assertThat(log.openTransactions()).isEmpty();
        committed(coordinator.initialize(ID, TIMEOUT), "2", A);
        assertThat(log.visible(A)).containsExactly("1", "2");
    }

    @Test
    void aDamagedPartitionHoldsUpNothingButTheIdWhoseMarkerItMisses() {
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        begun(producer, "1", A, B, OFFSETS);
        log.crashAtStep(1);
        assertThatThrownBy(() -> coordinator.end(ID, producer, true)).isInstanceOf(FakeLog.Crash.class);
        log.restart();
        log.damage(A);

        coordinator = open(Durability.PROCESS_CRASH);

        assertThat(log.visible(B)).containsExactly("1");
        assertThat(log.visible(OFFSETS)).containsExactly("1");
        assertStop(() -> coordinator.initialize(ID, TIMEOUT), "repair");
        coordinator.initialize("other", TIMEOUT);
        coordinator.runOnce(log.nanos);

        log.repair(A);
        log.restart();
        coordinator = open(Durability.PROCESS_CRASH);
        assertThat(log.visible(A)).containsExactly("1");
        coordinator.initialize(ID, TIMEOUT);
    }

    @Test
    void nothingIsSeenWhileAPartitionThatCanBeReadMissesItsMarker() {
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        begun(producer, "1", A, B, OFFSETS);
        log.fail("marker a-0", 1, Disposition.STOP);

        assertStop(() -> coordinator.end(ID, producer, true), "a-0");
        assertThat(log.visible(A)).isEmpty();
        assertThat(log.visible(B)).isEmpty();
        assertThat(log.visible(OFFSETS)).isEmpty();

        coordinator.runOnce(log.nanos);

        assertThat(log.visible(A)).containsExactly("1");
        assertThat(log.visible(B)).containsExactly("1");
        assertThat(log.visible(OFFSETS)).containsExactly("1");
    }

    @Test
    void aMarkerThatFailsLeavesTheDecisionAndTheNextCallGoesOnBehindTheMarkersThatStand() {
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        begun(producer, "1", A, B);
        log.fail("marker b-1", 1, Disposition.RETRY);
        log.trace.clear();

        assertThat(coordinator.end(ID, producer, true).outcome()).isEqualTo(TransactionOutcome.RETRY);
        assertThat(log.visible(B)).isEmpty();
        assertThat(coordinator.end(ID, producer, true).outcome()).isEqualTo(TransactionOutcome.COMMITTED);

        assertThat(log.trace).containsExactly("journal PrepareCommit", "marker a-0 commit 1", "marker b-1 commit 1");
        assertThat(log.visible(B)).containsExactly("1");
    }

    @Test
    void housekeepingWritesTheMarkersThatAreMissing() {
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        begun(producer, "1", A, B);
        log.fail("marker b-1", 2, Disposition.RETRY);
        assertThat(coordinator.end(ID, producer, true).outcome()).isEqualTo(TransactionOutcome.RETRY);

        coordinator.runOnce(log.nanos);
        assertThat(log.visible(B)).isEmpty();
        coordinator.runOnce(log.nanos);
        assertThat(log.visible(B)).containsExactly("1");
        assertThat(coordinator.end(ID, producer, true).outcome()).isEqualTo(TransactionOutcome.COMMITTED);
    }

    @Test
    void aDecisionThatCouldNotBeWrittenIsNone() {
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        begun(producer, "1", A, B);
        log.fail("journal", 1, Disposition.RETRY);

        assertThat(coordinator.end(ID, producer, true).outcome()).isEqualTo(TransactionOutcome.RETRY);
        assertThat(coordinator.metadata(ID).state()).isEqualTo(TransactionState.ONGOING);
        assertThat(coordinator.end(ID, producer, true).outcome()).isEqualTo(TransactionOutcome.COMMITTED);
    }

    @Test
    void aLogThatHasFailedSaysSo() {
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        begun(producer, "1", A, B);
        log.fail("journal", 1, Disposition.STOP);

        assertThatThrownBy(() -> coordinator.end(ID, producer, true))
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.disposition()).isEqualTo(Disposition.STOP));
    }

    @Test
    void aNewOwnerAbortsTheOpenTransactionAndShutsTheOldOneOut() {
        ProducerIdentity zombie = coordinator.initialize(ID, TIMEOUT);
        begun(zombie, "1", A);

        ProducerIdentity owner = coordinator.initialize(ID, TIMEOUT);

        assertThat(owner.epoch()).isGreaterThan((short) (zombie.epoch() + 1));
        assertThat(coordinator.isCurrent(ID, zombie)).isFalse();
        assertThat(coordinator.end(ID, zombie, true).outcome()).isEqualTo(TransactionOutcome.FENCED);
        assertThat(coordinator.end(ID, zombie, false).outcome()).isEqualTo(TransactionOutcome.FENCED);
        assertFenced(() -> coordinator.enlist(ID, zombie, List.of(B)));
        assertFenced(() -> log.write(A, zombie, "1"));
        committed(owner, "2", A);
        assertThat(log.visible(A)).containsExactly("2");
    }

    @Test
    void aNewOwnerCompletesWhatWasDecided() {
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        begun(producer, "1", A, B);
        log.fail("marker b-1", 1, Disposition.RETRY);
        coordinator.end(ID, producer, true);

        coordinator.initialize(ID, TIMEOUT);

        assertThat(log.visible(B)).containsExactly("1");
        assertThat(coordinator.end(ID, producer, true).outcome()).isEqualTo(TransactionOutcome.FENCED);
    }

    @Test
    void aSilentTransactionIsAbortedAtItsTimeoutAndItsProducerShutOut() {
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        begun(producer, "1", A);

        pass(Duration.ofMillis(TIMEOUT - 1));
        coordinator.keepAlive(ID, producer);
        pass(Duration.ofMillis(TIMEOUT - 1));
        assertThat(coordinator.runOnce(log.nanos)).isZero();
        assertThat(coordinator.metadata(ID).state()).isEqualTo(TransactionState.ONGOING);

        coordinator.keepAlive(ID, new ProducerIdentity(producer.producerId(), (short) (producer.epoch() - 1)));
        pass(Duration.ofMillis(1));
        log.trace.clear();
        assertThat(coordinator.runOnce(log.nanos)).isEqualTo(1);

        assertThat(log.trace).containsExactly("journal PrepareAbort", "marker a-0 abort 1");
        assertThat(coordinator.end(ID, producer, true).outcome()).isEqualTo(TransactionOutcome.FENCED);
        assertThat(coordinator.end(ID, producer, false).outcome()).isEqualTo(TransactionOutcome.FENCED);
        assertFenced(() -> coordinator.enlist(ID, producer, List.of(A)));
    }

    @Test
    void anAbortThatCouldNotBeWrittenAtTheTimeoutIsTriedAgainWithTheSameEpoch() {
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        begun(producer, "1", A);
        pass(Duration.ofMillis(TIMEOUT));
        log.fail("journal", 1, Disposition.RETRY);

        assertThat(coordinator.runOnce(log.nanos)).isZero();
        assertThat(coordinator.metadata(ID).state()).isEqualTo(TransactionState.ONGOING);
        coordinator.runOnce(log.nanos);
        assertThat(coordinator.metadata(ID).state()).isEqualTo(TransactionState.COMPLETE_ABORT);
        assertThat(coordinator.metadata(ID).producer().epoch()).isEqualTo((short) (producer.epoch() + 1));
    }

    @Test
    void anOpeningAbortsWhatWasOpenAndCompletesWhatWasDecided() {
        ProducerIdentity open = coordinator.initialize("open", TIMEOUT);
        coordinator.enlist("open", open, List.of(A));
        log.write(A, open, "open");
        ProducerIdentity decided = coordinator.initialize(ID, TIMEOUT);
        begun(decided, "decided", A, B);
        log.crashAtStep(1);
        assertThatThrownBy(() -> coordinator.end(ID, decided, true)).isInstanceOf(FakeLog.Crash.class);

        log.restart();
        coordinator = open(Durability.PROCESS_CRASH);

        assertThat(log.visible(A)).containsExactly("decided");
        assertThat(log.visible(B)).containsExactly("decided");
        assertThat(coordinator.metadata("open").state()).isEqualTo(TransactionState.COMPLETE_ABORT);
        assertThat(coordinator.metadata(ID).state()).isEqualTo(TransactionState.COMPLETE_COMMIT);
    }

    @Test
    void aSecondOpeningFindsNothingToDo() {
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        committed(producer, "1", A, B);
        log.restart();
        open(Durability.PROCESS_CRASH);
        log.restart();

        open(Durability.PROCESS_CRASH).close();

        assertThat(log.trace).isEmpty();
    }

    @Test
    void aBatchWhoseEnlistmentThePowerCutTookIsAborted() {
        coordinator = open(Durability.POWER_LOSS);
        ProducerIdentity first = coordinator.initialize(ID, TIMEOUT);
        ProducerIdentity second = committed(first, "1", A);
        begun(second, "2", A, B);
        // The device kept the data and lost the journal's tail: the completion of 1 and the enlistment of 2.
        log.force(List.of(A, B));
        log.loseUnforced();
        log.restart();

        coordinator = open(Durability.POWER_LOSS);

        assertThat(log.visible(A)).containsExactly("1");
        assertThat(log.openTransactions()).isEmpty();
        ProducerIdentity third = coordinator.initialize(ID, TIMEOUT);
        committed(third, "3", A, B);
        assertThat(log.visible(A)).containsExactly("1", "3");
        assertThat(log.visible(B)).containsExactly("3");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPowerCutThatTookMoreOfTheJournalThanOfThePartitionsLeavesNothingOpenAndNobodyFenced(boolean isOpen) {
        ProducerIdentity first = coordinator.initialize(ID, TIMEOUT);
        log.force();
        ProducerIdentity second = committed(first, "1", A);
        ProducerIdentity third = committed(second, "2", A);
        if (isOpen) {
            begun(third, "3", A);
        }
        log.force(List.of(A));
        log.loseUnforced();
        log.restart();

        coordinator = open(Durability.PROCESS_CRASH);

        assertThat(log.openTransactions()).isEmpty();
        committed(coordinator.initialize(ID, TIMEOUT), "4", A);
        assertThat(log.visible(A)).containsExactly("1", "2", "4");
    }

    @Test
    void aTransactionOfAProducerThatTheJournalNeverKnewIsAborted() {
        log.write(A, new ProducerIdentity(99, (short) 0), "unknown");

        open(Durability.PROCESS_CRASH);

        assertThat(log.openTransactions()).isEmpty();
        assertThat(log.visible(A)).isEmpty();
    }

    @Test
    void epochsRunOutAndTheProducerIdRotatesWithoutAGap() {
        ProducerIdentity used = new ProducerIdentity(log.newProducerId(), (short) 32_762);
        new TransactionLog(log, log.clock())
                .append(TransactionLogFormat.key(ID), TransactionMetadata.empty(used, TIMEOUT, 0));
        coordinator = open(Durability.PROCESS_CRASH);

        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        for (int epoch = 32_763; epoch <= 32_766; epoch++) {
            assertThat(producer).isEqualTo(new ProducerIdentity(used.producerId(), (short) epoch));
            producer = committed(producer, "" + epoch, A);
        }

        assertThat(log.trace).contains("marker a-0 commit 32767");
        assertThat(producer.producerId()).isNotEqualTo(used.producerId());
        assertThat(producer.epoch()).isZero();
        committed(producer, "after", A);
        assertThat(log.visible(A)).containsExactly("32763", "32764", "32765", "32766", "after");
    }

    @Test
    void anIdWhoseProducerWasShutOutIsForgottenOnceThatIsClosed() {
        for (String how : List.of("timed out", "aborted", "finished")) {
            ProducerIdentity producer = coordinator.initialize(how, TIMEOUT);
            coordinator.enlist(how, producer, List.of(A));
            switch (how) {
                case "timed out" -> {
                    pass(Duration.ofMinutes(2));
                    coordinator.runOnce(log.nanos);
                }
                case "aborted" -> coordinator.abort(how);
                default -> {
                    coordinator.prepare(how, producer);
                    coordinator.endPrepared(how, producer, true);
                }
            }
            assertThat(coordinator.isCurrent(how, producer)).isFalse();
            coordinator.release(how, producer);
        }
        ProducerIdentity replaced = coordinator.initialize(ID, TIMEOUT);
        coordinator.initialize(ID, TIMEOUT);
        coordinator.release(ID, replaced);
        pass(Duration.ofDays(7));
        coordinator.runOnce(log.nanos);

        assertThat(coordinator.list())
                .as("only who has an open producer is left")
                .extracting(TransactionDescription::transactionalId)
                .containsExactly(ID);
    }

    @Test
    void whatIsAskedOfAnIdThatIsNotKnownLeavesNothingBehind() {
        ProducerIdentity nobody = new ProducerIdentity(1, (short) 1);
        assertThat(coordinator.endPrepared("unknown", nobody, true)).isEqualTo(TransactionOutcome.FENCED);
        assertThat(coordinator.end("unknown", nobody, true).outcome()).isEqualTo(TransactionOutcome.FENCED);
        assertFenced(() -> coordinator.enlist("unknown", nobody, List.of(A)));

        assertStop(() -> coordinator.endPrepared("unknown", null, true), "it is not known");
    }

    @Test
    void aProducerThatWasShutOutIsToldByWhom() {
        ProducerIdentity silent = coordinator.initialize(ID, TIMEOUT);
        begun(silent, "silent", A);
        pass(Duration.ofMinutes(2));
        coordinator.runOnce(log.nanos);
        assertThatThrownBy(() -> coordinator.enlist(ID, silent, List.of(B)))
                .hasMessageContaining("no sign of life for 60000 ms");

        ProducerIdentity aborted = coordinator.initialize(ID, TIMEOUT);
        assertThatThrownBy(() -> coordinator.enlist(ID, silent, List.of(B))).hasMessageContaining("Another producer");
        begun(aborted, "aborted", A);
        coordinator.abort(ID);
        assertThatThrownBy(() -> coordinator.enlist(ID, aborted, List.of(B)))
                .hasMessageContaining("by an administrator");

        coordinator.initialize(ID, TIMEOUT);
        assertThatThrownBy(() -> coordinator.enlist(ID, aborted, List.of(B))).hasMessageContaining("Another producer");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anIdIsForgottenAfterAWeekUnlessAProducerHasIt(boolean isOpen) {
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        if (!isOpen) {
            coordinator.release(ID, producer);
        }
        pass(Duration.ofDays(7));

        assertThat(coordinator.runOnce(log.nanos)).isEqualTo(isOpen ? 0 : 1);
        assertThat(coordinator.list()).hasSize(isOpen ? 1 : 0);
        log.restart();
        assertThat(open(Durability.PROCESS_CRASH).list()).hasSize(isOpen ? 1 : 0);
        if (!isOpen) {
            assertFenced(() -> coordinator.enlist(ID, producer, List.of(A)));
            assertThat(coordinator.initialize(ID, TIMEOUT).producerId()).isNotEqualTo(producer.producerId());
        }
    }

    @Test
    void describesWhatIsOpen() {
        ProducerIdentity producer = coordinator.initialize(ID, TIMEOUT);
        begun(producer, "1", A, B);
        pass(Duration.ofSeconds(3));

        assertThat(coordinator.describe(ID)).hasValueSatisfying(open -> {
            assertThat(open.state()).isEqualTo("Ongoing");
            assertThat(open.age()).isEqualTo(Duration.ofSeconds(3));
            assertThat(open.partitions()).containsExactlyInAnyOrder(A, B);
        });
        assertThat(coordinator.describe("other")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsOpenAndKnownToNobodyIsFoundAndAborted(boolean isIdKnown) {
        ProducerIdentity owner = coordinator.initialize(ID, TIMEOUT);
        committed(owner, "1", A);
        ProducerIdentity stray = new ProducerIdentity(isIdKnown ? owner.producerId() : 99, (short) 4);
        log.write(B, stray, "stray");
        pass(Duration.ofMinutes(5));

        List<HangingTransaction> hanging = coordinator.findHanging(Duration.ofMinutes(5));

        assertThat(hanging)
                .containsExactly(new HangingTransaction(
                        isIdKnown ? Optional.of(ID) : Optional.empty(),
                        HangingTransaction.ORPHANED,
                        stray.producerId(),
                        (short) 4,
                        Duration.ofMinutes(5),
                        List.of(new HangingTransaction.Open(B, 0, 1))));
        assertThat(coordinator.abortOrphaned(A, stray.producerId())).isFalse();
        assertThat(coordinator.abortOrphaned(B, stray.producerId())).isTrue();
        assertThat(coordinator.abortOrphaned(B, stray.producerId())).isFalse();
        assertThat(coordinator.findHanging(Duration.ZERO)).isEmpty();
        assertThat(log.visible(B)).isEmpty();
        committed(coordinator.initialize(ID, TIMEOUT), "2", A, B);
        assertThat(log.visible(B)).containsExactly("2");
    }

    @Test
    void whatEndsWhileItIsLookedForIsNotTakenForAnOrphan() {
        ProducerIdentity owner = coordinator.initialize(ID, TIMEOUT);
        begun(owner, "1", A);
        log.afterNextLook(() -> coordinator.end(ID, owner, true));

        assertThat(coordinator.findHanging(Duration.ZERO)).isEmpty();
    }

    @Test
    void openTransactionsAreFoundOldestFirst() {
        ProducerIdentity first = coordinator.initialize(ID, TIMEOUT);
        begun(first, "1", A);
        pass(Duration.ofSeconds(2));
        ProducerIdentity second = coordinator.initialize("younger", TIMEOUT);
        coordinator.enlist("younger", second, List.of(B));
        pass(Duration.ofSeconds(1));

        assertThat(coordinator.findHanging(Duration.ofSeconds(1)))
                .extracting(hanging -> hanging.transactionalId().orElseThrow(), HangingTransaction::age)
                .containsExactly(tuple(ID, Duration.ofSeconds(3)), tuple("younger", Duration.ofSeconds(1)));
        assertThat(coordinator.findHanging(Duration.ofSeconds(2))).hasSize(1);
    }

    private TransactionCoordinator open(Durability durability) {
        return TransactionCoordinator.open(log.clock(), () -> log.nanos, durability, log, log);
    }

    private void pass(Duration time) {
        log.nanos += time.toNanos();
    }

    private void begun(ProducerIdentity producer, String name, TopicPartition... partitions) {
        coordinator.enlist(ID, producer, List.of(partitions));
        for (TopicPartition partition : partitions) {
            log.write(partition, producer, name);
        }
    }

    private ProducerIdentity committed(ProducerIdentity producer, String name, TopicPartition... partitions) {
        begun(producer, name, partitions);
        EndOfTransaction end = coordinator.end(ID, producer, true);
        assertThat(end.outcome()).isEqualTo(TransactionOutcome.COMMITTED);
        return end.producer();
    }

    private static void assertStop(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String says) {
        assertThatThrownBy(call)
                .hasMessageContaining(says)
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.disposition()).isEqualTo(Disposition.STOP));
    }

    private static void assertFenced(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.disposition()).isEqualTo(Disposition.RESTART_TASK));
    }
}
