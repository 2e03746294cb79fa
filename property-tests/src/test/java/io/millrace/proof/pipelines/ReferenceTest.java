package io.millrace.proof.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.millrace.proof.pipelines.Recorder.Event;
import io.millrace.proof.pipelines.Recorder.Place;
import io.millrace.proof.pipelines.Scenario.Policy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the reference takes from what was seen, and what it does not. */
class ReferenceTest {
    private static final PipelinePlan WINDOWS =
            PipelinePlan.of(1, Policy.SKIP, List.of(new Op<>(Kind.TUMBLING_FINAL, 0, 0, 2, 0)));

    private static Event event(long offset, long timestamp, long watermark, boolean isFailed) {
        return new Event(new Place(0, 0, offset), "k", 1L, timestamp, watermark, isFailed);
    }

    /** It threw in a transaction that was rolled back, behind records that came again after it. */
    @Test
    void noTimePassesWithARecordThatFailed() {
        Reference reference = new Reference(WINDOWS);
        reference.accept(event(0, 1000, 1000, false));
        reference.accept(event(3, 1090, 1100, true));
        reference.accept(event(1, 1001, 1001, false));
        reference.accept(event(2, 1100, 1100, false));

        long both = UserCode.fold(UserCode.fold(UserCode.first(), 1), 1);
        assertThat(reference.state().said(WINDOWS.node(1)).get(0))
                .containsExactly(new Change("k@990", null, both, 1001));
        assertThat(reference.failed()).containsExactly(new Place(0, 0, 3));
    }

    /**
     * The second window closes when all is idle, and so does what the other task counts to: before the record of that window comes there, a timer of the first
     * one has fired.
     */
    @Test
    void timeThatTheClockHasBroughtBeforeARecordIsSeen() {
        Scenario scenario = Scenario.parse(
                "0,1,1,1,false,3,1,STOP;TUMBLING_FINAL:0:0:2:1,SELECT_KEY:0:0:0:1,PROCESS_TIMERS:0:0:3:1;"
                        + "SEND:0:1:5:0,SEND:0:1:5:117");

        assertThatCode(() -> ScenarioRun.run(scenario)).doesNotThrowAnyException();
    }

    @Test
    void aRowThatGoesLeavesTheInnerJoinOfItsTableWithItself() {
        Scenario scenario = Scenario.parse(
                "0,1,1,1,false,3,1,STOP;TABLE_MAP:0:0:1:1,TABLE_JOIN:0:1:0:0;" + "SEND:0:1:5:0,SEND:0:1:-2:0");

        assertThatCode(() -> ScenarioRun.run(scenario)).doesNotThrowAnyException();
    }
}
