package io.millrace.log.embedded.producer;

import static io.millrace.log.embedded.producer.AppendOrigin.CLIENT;
import static io.millrace.log.embedded.producer.AppendOrigin.COORDINATOR;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.embedded.producer.SequenceRule.Attempt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SequenceRuleTest {
    private static final int MAX = Integer.MAX_VALUE;

    /** Epoch 3 with the batches 0-9, 10-19, … up to {@code batches} of them, at offsets 100, 110, … */
    private static ProducerState known(int batches) {
        ProducerState state = new ProducerState(7, (short) 3);
        for (int i = 0; i < batches; i++) {
            state.addBatch(i * 10, i * 10 + 9, 100 + i * 10, 109 + i * 10);
        }
        return state;
    }

    private static ProducerState inTransaction() {
        ProducerState state = known(2);
        state.beginTransaction(100);
        return state;
    }

    private static ProducerState ending(int firstSequence, int lastSequence) {
        ProducerState state = new ProducerState(7, (short) 3);
        state.addBatch(firstSequence, lastSequence, 100, 109);
        return state;
    }

    private static Attempt client(int epoch, int first, int last) {
        return new Attempt((short) epoch, first, last, false, CLIENT);
    }

    private static Attempt transactional(int epoch, int first, int last) {
        return new Attempt((short) epoch, first, last, true, CLIENT);
    }

    private static Attempt offsets(int epoch) {
        return new Attempt((short) epoch, -1, -1, true, COORDINATOR);
    }

    private static Arguments row(
            String what, @Nullable ProducerState state, Attempt attempt, SequenceVerdict expected) {
        return Arguments.of(what, state, attempt, expected);
    }

    static Stream<Arguments> verdicts() {
        return Stream.of(
                row("first batch of an unknown producer", null, client(0, 0, 4), SequenceVerdict.ACCEPT),
                row("unknown producer goes on", null, client(0, 5, 9), SequenceVerdict.ACCEPT),
                row("unknown producer's transaction", null, transactional(0, 0, 4), SequenceVerdict.ACCEPT),
                row("it goes on", null, transactional(0, 5, 9), SequenceVerdict.UNKNOWN_PRODUCER),
                row("unknown producer's offsets", null, offsets(0), SequenceVerdict.ACCEPT),
                row("the next sequence", known(1), client(3, 10, 14), SequenceVerdict.ACCEPT),
                row("the newest again", known(5), client(3, 40, 49), SequenceVerdict.DUPLICATE),
                row("the fifth newest again", known(5), client(3, 0, 9), SequenceVerdict.DUPLICATE),
                row("the sixth newest again", known(6), client(3, 0, 9), SequenceVerdict.OUT_OF_ORDER),
                row("the same begin, another end", known(2), client(3, 10, 18), SequenceVerdict.OUT_OF_ORDER),
                row("a gap of one", known(2), client(3, 21, 21), SequenceVerdict.OUT_OF_ORDER),
                row("back to zero", known(2), client(3, 0, 0), SequenceVerdict.OUT_OF_ORDER),
                row("an older epoch", known(2), client(2, 20, 20), SequenceVerdict.FENCED),
                row("an older epoch's duplicate", known(2), client(2, 10, 19), SequenceVerdict.FENCED),
                row("a newer epoch from zero", known(2), client(4, 0, 0), SequenceVerdict.ACCEPT),
                row("a newer epoch goes on", known(2), client(4, 20, 20), SequenceVerdict.NEW_EPOCH_NOT_AT_ZERO),
                row("a newer epoch's lookalike", known(2), client(4, 10, 19), SequenceVerdict.NEW_EPOCH_NOT_AT_ZERO),
                row("the epoch known by its marker alone", known(0), client(3, 0, 0), SequenceVerdict.ACCEPT),
                row("that epoch not from zero", known(0), client(3, 1, 1), SequenceVerdict.OUT_OF_ORDER),
                row("zero follows the largest", ending(MAX - 9, MAX), client(3, 0, 4), SequenceVerdict.ACCEPT),
                row("one follows the largest", ending(MAX - 9, MAX), client(3, 1, 4), SequenceVerdict.OUT_OF_ORDER),
                row(
                        "a batch over the edge again",
                        ending(MAX - 4, 4),
                        client(3, MAX - 4, 4),
                        SequenceVerdict.DUPLICATE),
                row("behind a batch over the edge", ending(MAX - 4, 4), client(3, 5, 5), SequenceVerdict.ACCEPT),
                row("more of the transaction", inTransaction(), transactional(3, 20, 20), SequenceVerdict.ACCEPT),
                row("plain in it", inTransaction(), client(3, 20, 20), SequenceVerdict.PLAIN_IN_TRANSACTION),
                row("its retry", inTransaction(), transactional(3, 10, 19), SequenceVerdict.DUPLICATE),
                row(
                        "the next epoch before its marker",
                        inTransaction(),
                        transactional(4, 0, 0),
                        SequenceVerdict.OLDER_TRANSACTION_OPEN),
                row("plain without transaction", known(2), client(3, 20, 20), SequenceVerdict.ACCEPT),
                row("offsets in the transaction", inTransaction(), offsets(3), SequenceVerdict.ACCEPT),
                row("offsets of an older epoch", inTransaction(), offsets(2), SequenceVerdict.FENCED),
                row("offsets of a newer epoch", inTransaction(), offsets(4), SequenceVerdict.OLDER_TRANSACTION_OPEN));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource("verdicts")
    void batch(String what, @Nullable ProducerState state, Attempt attempt, SequenceVerdict expected) {
        assertThat(SequenceRule.decide(state, attempt)).as(what).isEqualTo(expected);
    }

    static Stream<Arguments> markerVerdicts() {
        ProducerState open = inTransaction();
        open.coordinatedBy(5);
        ProducerState ended = known(2);
        ended.coordinatedBy(5);
        return Stream.of(
                Arguments.of("unknown producer", null, 1, 0, MarkerVerdict.ACCEPT),
                Arguments.of("ends the transaction", open, 4, 5, MarkerVerdict.ACCEPT),
                Arguments.of("with the epoch of its records", open, 3, 5, MarkerVerdict.FENCED),
                Arguments.of("of an older transaction", open, 2, 5, MarkerVerdict.FENCED),
                Arguments.of("of an older coordinator", open, 4, 4, MarkerVerdict.COORDINATOR_FENCED),
                Arguments.of("of a newer coordinator", open, 4, 6, MarkerVerdict.ACCEPT),
                Arguments.of("again", ended, 3, 5, MarkerVerdict.RETRY),
                Arguments.of("of an empty transaction", ended, 4, 5, MarkerVerdict.ACCEPT),
                Arguments.of("late", ended, 2, 5, MarkerVerdict.FENCED));
    }

    @ParameterizedTest(name = "{0}: {4}")
    @MethodSource("markerVerdicts")
    void marker(String what, @Nullable ProducerState state, int epoch, int coordinator, MarkerVerdict expected) {
        assertThat(SequenceRule.decideMarker(state, (short) epoch, coordinator))
                .as(what)
                .isEqualTo(expected);
    }

    @Test
    void duplicateIsAnsweredWithItsOwnOffsets() {
        ProducerState state = known(7);

        int third = state.indexOfDuplicate((short) 3, 40, 49);

        assertThat(state.baseOffset(third)).isEqualTo(140);
        assertThat(state.lastOffset(third)).isEqualTo(149);
    }
}
