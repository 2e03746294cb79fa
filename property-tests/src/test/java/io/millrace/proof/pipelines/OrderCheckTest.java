package io.millrace.proof.pipelines;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.proof.pipelines.Recorder.Event;
import io.millrace.proof.pipelines.Recorder.Place;
import io.millrace.proof.pipelines.Scenario.Policy;
import io.millrace.proof.pipelines.TopicHistory.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrderCheckTest {
    private static final PipelinePlan MERGED =
            PipelinePlan.of(2, Policy.SKIP, List.of(new Op<>(Kind.MERGE, 0, 1, 0, 0)));

    private static final PipelinePlan APART =
            PipelinePlan.of(2, Policy.SKIP, List.of(new Op<>(Kind.FOREIGN_KEY_JOIN, 0, 2, 0, 0)));

    private final Recorder recorder = new Recorder(100);
    private OrderCheck order = new OrderCheck(MERGED, recorder);

    private void isWritten(int head, Entry... entries) {
        order.isWritten(MERGED.node(head), List.of(entries));
    }

    private static Entry entry(long offset, long timestamp, boolean isDamaged) {
        return new Entry(0, offset, "k", 1L, timestamp, isDamaged);
    }

    private void saw(int head, long offset, long timestamp) {
        recorder.saw(new Event(new Place(head, 0, offset), "k", 1L, timestamp, timestamp, false));
    }

    private void check() {
        order.check("now", recorder.events());
    }

    @Test
    void whatHappenedEarlierAndWasThereComesFirst() {
        isWritten(0, entry(0, 1000, false), entry(1, 1010, false));
        isWritten(1, entry(0, 1005, false));
        saw(0, 0, 1000);
        saw(1, 0, 1005);
        saw(0, 1, 1010);

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void anOtherOrderIsFound() {
        isWritten(0, entry(0, 1000, false), entry(1, 1010, false));
        isWritten(1, entry(0, 1005, false));
        saw(0, 0, 1000);
        saw(0, 1, 1010);
        saw(1, 0, 1005);

        assertThatThrownBy(this::check).hasMessageContaining("which is taken after");
    }

    @Test
    void whatIsNotTakenYetIsNotForgotten() {
        isWritten(0, entry(0, 1000, false));
        isWritten(1, entry(0, 1005, false));
        saw(1, 0, 1005);

        assertThatThrownBy(this::check).hasMessageContaining("which is taken after");
    }

    @Test
    void whatWasNotThereYetIsNotWaitedFor() {
        isWritten(1, entry(0, 1005, false));
        saw(1, 0, 1005);
        isWritten(0, entry(0, 1000, false));
        saw(0, 0, 1000);

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void whatStandsBehindADamagedRecordIsNotNext() {
        isWritten(0, entry(0, 1007, true), entry(1, 1000, false));
        isWritten(1, entry(0, 1005, false));
        saw(1, 0, 1005);
        saw(0, 1, 1000);

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void tasksDoNotWaitForEachOther() {
        order = new OrderCheck(APART, recorder);
        isWritten(0, entry(0, 1000, false));
        isWritten(1, entry(0, 1005, false));
        saw(1, 0, 1005);
        saw(0, 0, 1000);

        assertThatCode(this::check).doesNotThrowAnyException();
    }
}
