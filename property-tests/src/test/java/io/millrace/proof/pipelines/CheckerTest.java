package io.millrace.proof.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.proof.pipelines.Recorder.Event;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What the check is there to find, it finds: runs that are compared with what a broken engine would have to be right. */
class CheckerTest {
    /** A table, a sum, what was summed again by another key, and a record of which nothing comes but a letter. */
    private static final String SCENARIO = "7,2,1,2,false,3,1,DEAD_LETTER;"
            + "TABLE_MAP:0:0:1:0,AGGREGATE:1:0:0:0,SELECT_KEY:0:0:0:0,AGGREGATE:0:0:0:0,THROW:6:0:4:0;"
            + "SEND:0:1:5:1,SEND:0:2:3:1,SEND:0:1:4:1,RUN:0:0:0:0,SEND:0:1:-2:1,SEND:0:2:6:1,SEND_DAMAGED:0:3:1:1,"
            + "CRASH:0:0:0:0,SEND:0:3:2:1,CRASH_IN_CALL:30:0:0:0,RUN:0:0:0:0,SEND:0:2:1:1,RUN:0:0:0:0";

    /** A reference that is given other records than those that came. */
    private static Function<PipelinePlan, Reference> given(Function<Event, List<Event>> change) {
        return plan -> new Reference(plan) {
            @Override
            void accept(Event event) {
                change.apply(event).forEach(super::accept);
            }
        };
    }

    private static Event with(Event event, Long value) {
        return new Event(event.place(), event.key(), value, event.timestamp(), event.watermark(), event.isFailed());
    }

    private static void assertFound(Function<PipelinePlan, Reference> references, String what) {
        assertThatThrownBy(() -> ScenarioRun.run(Scenario.parse(SCENARIO), references))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(what)
                .hasMessageContaining("Run it again with -Dmillrace.scenario=");
    }

    @Test
    void anUndisturbedReferenceFindsNothing() {
        assertThatCode(() -> ScenarioRun.run(Scenario.parse(SCENARIO))).doesNotThrowAnyException();
    }

    @Test
    void aRecordThatIsProcessedTwiceIsFound() {
        Set<Recorder.Place> first = new HashSet<>();
        assertFound(
                given(event -> first.add(event.place()) && first.size() == 4 ? List.of(event, event) : List.of(event)),
                "wrote");
    }

    @Test
    void aRecordThatIsLostIsFound() {
        assertFound(given(event -> event.place().offset() == 1 ? List.of() : List.of(event)), "");
    }

    @Test
    void aTombstoneThatIsLostIsFound() {
        assertFound(given(event -> event.value() == null ? List.of() : List.of(event)), "");
    }

    @Test
    void anotherValueIsFound() {
        assertFound(given(event -> List.of(event.value() == null || event.value() != 3 ? event : with(event, 8L))), "");
    }

    @Test
    void anOtherOrderIsFound() {
        assertFound(
                plan -> new Reference(plan) {
                    private final List<Event> held = new ArrayList<>();

                    @Override
                    void accept(Event event) {
                        held.add(event);
                        if (held.size() == 2) {
                            super.accept(held.get(1));
                            super.accept(held.get(0));
                            held.clear();
                        }
                    }
                },
                "");
    }

    @Test
    void aLetterThatIsMissingIsFound() {
        assertFound(given(event -> event.isFailed() ? List.of() : List.of(event)), "dead letters");
    }

    @Test
    void aScenarioIsReadAsItWasWritten() {
        Scenario scenario = Scenario.parse(SCENARIO);
        assertThat(scenario.text()).isEqualTo(SCENARIO);
        assertThat(Scenario.parse(scenario.text())).isEqualTo(scenario);
    }
}
