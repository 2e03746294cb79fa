package io.millrace.transactions.coordinator;

import static io.millrace.transactions.coordinator.TransactionState.COMPLETE_ABORT;
import static io.millrace.transactions.coordinator.TransactionState.COMPLETE_COMMIT;
import static io.millrace.transactions.coordinator.TransactionState.ONGOING;
import static io.millrace.transactions.coordinator.TransactionState.PREPARE_ABORT;
import static io.millrace.transactions.coordinator.TransactionState.PREPARE_COMMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.TopicPartition;
import io.millrace.transactions.coordinator.TransactionCommand.AbortOrphan;
import io.millrace.transactions.coordinator.TransactionCommand.Complete;
import io.millrace.transactions.coordinator.TransactionCommand.End;
import io.millrace.transactions.coordinator.TransactionCommand.EndPrepared;
import io.millrace.transactions.coordinator.TransactionCommand.Enlist;
import io.millrace.transactions.coordinator.TransactionCommand.Expire;
import io.millrace.transactions.coordinator.TransactionCommand.Fence;
import io.millrace.transactions.coordinator.TransactionCommand.Forget;
import io.millrace.transactions.coordinator.TransactionCommand.Initialize;
import io.millrace.transactions.coordinator.TransactionCommand.Prepare;
import io.millrace.transactions.coordinator.TransactionDecision.Answer;
import io.millrace.transactions.coordinator.TransactionDecision.Persist;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TransactionRuleTest {
    private static final long NOW = 1_000;
    private static final long FRESH = 900;
    private static final TopicPartition A = new TopicPartition("a", 0);
    private static final TopicPartition B = new TopicPartition("b", 1);

    /** Producer 7 at epoch 5; in prepared and completed states it is at 6, and 5 is whose transaction was ended. */
    private static final ProducerIdentity OWNER = new ProducerIdentity(7, (short) 5);

    private static final ProducerIdentity RAISED = new ProducerIdentity(7, (short) 6);
    private static final ProducerIdentity ZOMBIE = new ProducerIdentity(7, (short) 4);
    private static final ProducerIdentity STRANGER = new ProducerIdentity(8, (short) 5);

    /** Every state with every command: what is persisted, with epoch and partitions, or the verdict. */
    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource({
        "none, initialize, Empty 900:0 []",
        "none, enlist, FENCED",
        "none, commit, FENCED",
        "none, abort, FENCED",
        "none, prepare, FENCED",
        "none, commit prepared, NOT_PREPARED",
        "none, fence, DONE",
        "none, expire, DONE",
        "none, orphan, DONE",
        "none, complete, DONE",
        "none, forget, DONE",
        "EMPTY, initialize, Empty 7:6 []",
        "EMPTY, enlist, Ongoing 7:5 [b-1]",
        "EMPTY, enlist by zombie, FENCED",
        "EMPTY, enlist by stranger, FENCED",
        "EMPTY, commit, DONE",
        "EMPTY, abort, DONE",
        "EMPTY, commit by zombie, FENCED",
        "EMPTY, prepare, Prepared 7:5 []",
        "EMPTY, prepare by zombie, FENCED",
        "EMPTY, commit prepared, NOT_PREPARED",
        "EMPTY, fence, DONE",
        "EMPTY, expire, DONE",
        "EMPTY, orphan, PrepareAbort 7:6 [b-1]",
        "EMPTY, complete, DONE",
        "EMPTY, forget, Dead 7:5 []",
        "EMPTY, forget early, DONE",
        "ONGOING, initialize, FENCE_FIRST",
        "ONGOING, enlist, Ongoing 7:5 [a-0 b-1]",
        "ONGOING, enlist again, DONE",
        "ONGOING, enlist by zombie, FENCED",
        "ONGOING, enlist by stranger, FENCED",
        "ONGOING, commit, PrepareCommit 7:6 [a-0]",
        "ONGOING, abort, PrepareAbort 7:6 [a-0]",
        "ONGOING, commit by zombie, FENCED",
        "ONGOING, abort by zombie, FENCED",
        "ONGOING, commit by stranger, FENCED",
        "ONGOING, prepare, Prepared 7:5 [a-0]",
        "ONGOING, prepare by zombie, FENCED",
        "ONGOING, commit prepared, NOT_PREPARED",
        "ONGOING, abort prepared, NOT_PREPARED",
        "ONGOING, fence, PrepareAbort 7:6 [a-0]",
        "ONGOING, expire, PrepareAbort 7:6 [a-0]",
        "ONGOING, expire early, DONE",
        "ONGOING, orphan, FENCE_FIRST",
        "ONGOING, complete, DONE",
        "ONGOING, forget, DONE",
        "PREPARED, initialize, PREPARED",
        "PREPARED, enlist, PREPARED",
        "PREPARED, enlist by zombie, FENCED",
        "PREPARED, commit, PrepareCommit 7:6 [a-0]",
        "PREPARED, abort, PrepareAbort 7:6 [a-0]",
        "PREPARED, commit by zombie, FENCED",
        "PREPARED, prepare, DONE",
        "PREPARED, prepare by stranger, FENCED",
        "PREPARED, commit prepared, PrepareCommit 7:6 [a-0]",
        "PREPARED, abort prepared, PrepareAbort 7:6 [a-0]",
        "PREPARED, commit prepared of zombie, NOT_PREPARED",
        "PREPARED, fence, PREPARED",
        "PREPARED, expire, DONE",
        "PREPARED, orphan, PrepareAbort 7:6 [a-0 b-1]",
        "PREPARED, complete, DONE",
        "PREPARED, forget, DONE",
        "PREPARE_COMMIT, initialize, FINISH_FIRST",
        "PREPARE_COMMIT, enlist, FINISH_FIRST",
        "PREPARE_COMMIT, enlist by zombie, FENCED",
        "PREPARE_COMMIT, commit, FINISH_FIRST",
        "PREPARE_COMMIT, abort, FINISH_FIRST",
        "PREPARE_COMMIT, prepare, FENCED",
        "PREPARE_COMMIT, commit prepared, FINISH_FIRST",
        "PREPARE_COMMIT, abort prepared, FINISH_FIRST",
        "PREPARE_COMMIT, commit prepared of zombie, NOT_PREPARED",
        "PREPARE_COMMIT, commit by raised, FENCED",
        "PREPARE_COMMIT, abort by zombie, FENCED",
        "PREPARE_COMMIT, fence, FINISH_FIRST",
        "PREPARE_COMMIT, expire, FINISH_FIRST",
        "PREPARE_COMMIT, orphan, FINISH_FIRST",
        "PREPARE_COMMIT, complete, CompleteCommit 7:6 []",
        "PREPARE_COMMIT, forget, DONE",
        "PREPARE_ABORT, initialize, FINISH_FIRST",
        "PREPARE_ABORT, enlist, FINISH_FIRST",
        "PREPARE_ABORT, commit, FINISH_FIRST",
        "PREPARE_ABORT, prepare, FENCED",
        "PREPARE_ABORT, commit prepared, FINISH_FIRST",
        "PREPARE_ABORT, abort prepared of zombie, NOT_PREPARED",
        "PREPARE_ABORT, abort, FINISH_FIRST",
        "PREPARE_ABORT, commit by zombie, FENCED",
        "PREPARE_ABORT, fence, FINISH_FIRST",
        "PREPARE_ABORT, expire, FINISH_FIRST",
        "PREPARE_ABORT, orphan, FINISH_FIRST",
        "PREPARE_ABORT, complete, CompleteAbort 7:6 []",
        "PREPARE_ABORT, forget, DONE",
        "COMPLETE_COMMIT, initialize, Empty 7:7 []",
        "COMPLETE_COMMIT, enlist by raised, Ongoing 7:6 [b-1]",
        "COMPLETE_COMMIT, enlist, FENCED",
        "COMPLETE_COMMIT, commit, DONE",
        "COMPLETE_COMMIT, abort, CONTRARY",
        "COMPLETE_COMMIT, prepare, FENCED",
        "COMPLETE_COMMIT, prepare by raised, Prepared 7:6 []",
        "COMPLETE_COMMIT, commit prepared, DONE",
        "COMPLETE_COMMIT, abort prepared, CONTRARY",
        "COMPLETE_COMMIT, commit prepared of zombie, NOT_PREPARED",
        "COMPLETE_COMMIT, commit by raised, DONE",
        "COMPLETE_COMMIT, abort by raised, DONE",
        "COMPLETE_COMMIT, commit by zombie, FENCED",
        "COMPLETE_COMMIT, fence, DONE",
        "COMPLETE_COMMIT, expire, DONE",
        "COMPLETE_COMMIT, orphan, PrepareAbort 7:7 [b-1]",
        "COMPLETE_COMMIT, complete, DONE",
        "COMPLETE_COMMIT, forget, Dead 7:6 []",
        "COMPLETE_ABORT, initialize, Empty 7:7 []",
        "COMPLETE_ABORT, enlist by raised, Ongoing 7:6 [b-1]",
        "COMPLETE_ABORT, enlist, FENCED",
        "COMPLETE_ABORT, commit, CONTRARY",
        "COMPLETE_ABORT, prepare by raised, Prepared 7:6 []",
        "COMPLETE_ABORT, commit prepared, CONTRARY",
        "COMPLETE_ABORT, abort prepared, DONE",
        "COMPLETE_ABORT, abort prepared of zombie, NOT_PREPARED",
        "COMPLETE_ABORT, abort, DONE",
        "COMPLETE_ABORT, commit by raised, DONE",
        "COMPLETE_ABORT, abort by zombie, FENCED",
        "COMPLETE_ABORT, fence, DONE",
        "COMPLETE_ABORT, expire, DONE",
        "COMPLETE_ABORT, orphan, PrepareAbort 7:7 [b-1]",
        "COMPLETE_ABORT, complete, DONE",
        "COMPLETE_ABORT, forget, Dead 7:6 []",
        "DEAD, initialize, REFUSED",
        "DEAD, enlist, FENCED",
        "DEAD, commit, FENCED",
        "DEAD, prepare, FENCED",
        "DEAD, commit prepared, NOT_PREPARED",
        "DEAD, fence, DONE",
        "DEAD, expire, DONE",
        "DEAD, orphan, REFUSED",
        "DEAD, complete, DONE",
        "DEAD, forget, DONE",
        "PREPARE_EPOCH_FENCE, initialize, REFUSED",
        "PREPARE_EPOCH_FENCE, enlist, FENCED",
        "PREPARE_EPOCH_FENCE, abort, FENCED",
        "PREPARE_EPOCH_FENCE, prepare, FENCED",
        "PREPARE_EPOCH_FENCE, commit prepared, NOT_PREPARED",
        "PREPARE_EPOCH_FENCE, fence, DONE",
        "PREPARE_EPOCH_FENCE, expire, DONE",
        "PREPARE_EPOCH_FENCE, orphan, REFUSED",
        "PREPARE_EPOCH_FENCE, complete, DONE",
        "PREPARE_EPOCH_FENCE, forget, DONE",
    })
    void everyCommandInEveryState(String state, String command, String expected) {
        TransactionMetadata current = state.equals("none") ? null : in(TransactionState.valueOf(state));
        assertThat(describe(TransactionRule.decide(current, command(command), NOW)))
                .isEqualTo(expected);
    }

    @Test
    void afterAFenceTheProducerThatWasShutOutIsNotTakenForOneThatAsksAgain() {
        TransactionMetadata fenced = persisted(in(ONGOING), new Fence());
        TransactionMetadata complete = persisted(fenced, new Complete());

        for (TransactionMetadata state : List.of(fenced, complete)) {
            assertThat(describe(TransactionRule.decide(state, new End(OWNER, true, -1), NOW)))
                    .isEqualTo("FENCED");
            assertThat(describe(TransactionRule.decide(state, new End(OWNER, false, -1), NOW)))
                    .isEqualTo("FENCED");
        }
    }

    @Test
    void aDelayedEndNeverTouchesTheNextTransaction() {
        TransactionMetadata next = persisted(in(COMPLETE_COMMIT), new Enlist(RAISED, List.of(A)));

        assertThat(describe(TransactionRule.decide(next, new End(OWNER, true, -1), NOW)))
                .isEqualTo("FENCED");
        assertThat(describe(TransactionRule.decide(next, new End(OWNER, false, -1), NOW)))
                .isEqualTo("FENCED");
    }

    @Test
    void theLastEpochIsMarkedWithTheOneAboveAndTheProducerIdRotates() {
        ProducerIdentity last = new ProducerIdentity(7, (short) 32_766);
        TransactionMetadata ongoing =
                persisted(TransactionMetadata.empty(last, 60_000, NOW), new Enlist(last, List.of(A)));
        End end = new End(last, true, FRESH);
        assertThat(TransactionRule.needsProducerId(ongoing, end)).isTrue();

        TransactionMetadata prepared = persisted(ongoing, end);
        assertThat(prepared.producer()).isEqualTo(new ProducerIdentity(7, Short.MAX_VALUE));
        assertThat(prepared.nextProducerId()).isEqualTo(FRESH);

        TransactionMetadata complete = persisted(prepared, new Complete());
        assertThat(complete.producer()).isEqualTo(new ProducerIdentity(FRESH, (short) 0));
        assertThat(complete.ended()).isEqualTo(last);
        assertThat(describe(TransactionRule.decide(complete, end, NOW))).isEqualTo("DONE");
        assertThat(describe(TransactionRule.decide(complete, new End(last, false, -1), NOW)))
                .isEqualTo("CONTRARY");
    }

    @Test
    void aPreparedTransactionOfTheLastEpochRotatesTheProducerIdWhenSomebodyEndsIt() {
        ProducerIdentity last = new ProducerIdentity(7, (short) 32_766);
        TransactionMetadata prepared = persisted(TransactionMetadata.empty(last, 60_000, NOW), new Prepare(last));
        EndPrepared end = new EndPrepared(last, true, FRESH);
        assertThat(TransactionRule.needsProducerId(prepared, end)).isTrue();

        TransactionMetadata complete = persisted(persisted(prepared, end), new Complete());
        assertThat(complete.producer()).isEqualTo(new ProducerIdentity(FRESH, (short) 0));
        assertThat(describe(TransactionRule.decide(complete, end, NOW))).isEqualTo("DONE");
    }

    @Test
    void aTransactionKeepsItsStartWhenItIsPrepared() {
        Persist later = (Persist) TransactionRule.decide(in(ONGOING), new Prepare(OWNER), NOW + 50);

        assertThat(later.next().startMillis()).isEqualTo(NOW);
        assertThat(later.next().updateMillis()).isEqualTo(NOW + 50);
    }

    @Test
    void fencingAtTheLastEpochLeavesTheRotationToTheNextOwner() {
        ProducerIdentity last = new ProducerIdentity(7, (short) 32_766);
        TransactionMetadata ongoing =
                persisted(TransactionMetadata.empty(last, 60_000, NOW), new Enlist(last, List.of(A)));

        TransactionMetadata fenced = persisted(persisted(ongoing, new Fence()), new Complete());
        assertThat(fenced.producer().epoch()).isEqualTo(Short.MAX_VALUE);

        // Even an orphan that recovery finds then has a marker above every epoch that a producer may write with.
        assertThat(persisted(fenced, new AbortOrphan(List.of(A), (short) 0))
                        .producer()
                        .epoch())
                .isEqualTo(Short.MAX_VALUE);
        Initialize initialize = new Initialize(60_000, FRESH);
        assertThat(TransactionRule.needsProducerId(fenced, initialize)).isTrue();
        assertThat(persisted(fenced, initialize).producer()).isEqualTo(new ProducerIdentity(FRESH, (short) 0));
    }

    @Test
    void anEpochThatOnlyPartitionsKnowSaysNothingOfAnAbort() {
        TransactionMetadata complete = in(TransactionState.COMPLETE_COMMIT);
        short known = (short) (complete.producer().epoch() + 1);

        TransactionMetadata next = persisted(complete, new AbortOrphan(List.of(), known));

        assertThat(next.state()).isEqualTo(TransactionState.EMPTY);
        assertThat(next.producer()).isEqualTo(complete.producer().raised());
        assertThat(next.ended()).isEqualTo(ProducerIdentity.NONE);
    }

    @Test
    void theLastEpochButOneIsStillGivenOut() {
        TransactionMetadata state = TransactionMetadata.empty(new ProducerIdentity(7, (short) 32_765), 60_000, NOW);
        Initialize initialize = new Initialize(60_000, -1);

        assertThat(TransactionRule.needsProducerId(state, initialize)).isFalse();
        assertThat(persisted(state, initialize).producer()).isEqualTo(new ProducerIdentity(7, (short) 32_766));
    }

    @Test
    void aDecisionThatNeedsAProducerIdDemandsOne() {
        assertThatThrownBy(() -> TransactionRule.decide(null, new Initialize(60_000, -1), NOW))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aTransactionKeepsItsStartWhenMorePartitionsJoin() {
        TransactionMetadata ongoing = in(ONGOING);
        Persist later = (Persist) TransactionRule.decide(ongoing, new Enlist(OWNER, List.of(B)), NOW + 50);

        assertThat(later.next().startMillis()).isEqualTo(NOW);
        assertThat(later.next().updateMillis()).isEqualTo(NOW + 50);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PREPARED")
    void idsAreKafkas(TransactionState state) {
        assertThat(TransactionState.ofId(state.id())).contains(state);
        assertThat((int) state.id()).isEqualTo(state.ordinal());
    }

    private static TransactionCommand command(String name) {
        return switch (name) {
            case "initialize" -> new Initialize(60_000, FRESH);
            case "enlist" -> new Enlist(OWNER, List.of(B));
            case "enlist again" -> new Enlist(OWNER, List.of(A));
            case "enlist by raised" -> new Enlist(RAISED, List.of(B));
            case "enlist by zombie" -> new Enlist(ZOMBIE, List.of(B));
            case "enlist by stranger" -> new Enlist(STRANGER, List.of(B));
            case "commit" -> new End(OWNER, true, -1);
            case "abort" -> new End(OWNER, false, -1);
            case "commit by raised" -> new End(RAISED, true, -1);
            case "abort by raised" -> new End(RAISED, false, -1);
            case "commit by zombie" -> new End(ZOMBIE, true, -1);
            case "abort by zombie" -> new End(ZOMBIE, false, -1);
            case "commit by stranger" -> new End(STRANGER, true, -1);
            case "prepare" -> new Prepare(OWNER);
            case "prepare by raised" -> new Prepare(RAISED);
            case "prepare by zombie" -> new Prepare(ZOMBIE);
            case "prepare by stranger" -> new Prepare(STRANGER);
            case "commit prepared" -> new EndPrepared(OWNER, true, -1);
            case "abort prepared" -> new EndPrepared(OWNER, false, -1);
            case "commit prepared of zombie" -> new EndPrepared(ZOMBIE, true, -1);
            case "abort prepared of zombie" -> new EndPrepared(ZOMBIE, false, -1);
            case "fence" -> new Fence();
            case "expire" -> new Expire(60_000);
            case "expire early" -> new Expire(59_999);
            case "orphan" -> new AbortOrphan(List.of(B), (short) 0);
            case "complete" -> new Complete();
            case "forget" -> new Forget(500, 500);
            case "forget early" -> new Forget(499, 500);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static TransactionMetadata in(TransactionState state) {
        TransactionMetadata empty = TransactionMetadata.empty(OWNER, 60_000, NOW);
        TransactionMetadata ongoing = empty.ongoing(List.of(A), NOW);
        return switch (state) {
            case EMPTY -> empty;
            case ONGOING -> ongoing;
            case PREPARED -> ongoing.prepared(NOW);
            case PREPARE_COMMIT -> ongoing.decided(true, OWNER, -1, NOW);
            case PREPARE_ABORT -> ongoing.decided(false, OWNER, -1, NOW);
            case COMPLETE_COMMIT -> in(PREPARE_COMMIT).completed(NOW);
            case COMPLETE_ABORT -> in(PREPARE_ABORT).completed(NOW);
            case DEAD -> empty.dead(NOW);
            case PREPARE_EPOCH_FENCE ->
                new TransactionMetadata(
                        TransactionState.PREPARE_EPOCH_FENCE,
                        OWNER,
                        ProducerIdentity.NONE,
                        -1,
                        60_000,
                        List.of(A),
                        NOW,
                        NOW);
        };
    }

    private static TransactionMetadata persisted(TransactionMetadata current, TransactionCommand command) {
        return ((Persist) TransactionRule.decide(current, command, NOW)).next();
    }

    private static String describe(TransactionDecision decision) {
        if (decision instanceof Answer answer) {
            return answer.verdict().name();
        }
        TransactionMetadata next = ((Persist) decision).next();
        String partitions = String.join(
                " ", next.partitions().stream().map(TopicPartition::toString).toList());
        return next.state().label() + " " + next.producer().producerId() + ":"
                + next.producer().epoch() + " [" + partitions + "]";
    }
}
