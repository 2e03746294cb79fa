package io.millrace.proof.pipelines;

import io.millrace.proof.pipelines.Scenario.Event;
import io.millrace.proof.pipelines.Scenario.Policy;
import io.millrace.proof.pipelines.Scenario.World;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Random scenarios. */
final class Scenarios {
    private static final int MOST_STEPS = 6;
    private static final int MOST_EVENTS = 60;
    private static final int LATEST = 120;

    private Scenarios() {}

    static Arbitrary<Scenario> any() {
        return Combinators.combine(worlds(), steps(), events()).as(Scenario::new);
    }

    static Arbitrary<World> worlds() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 1_000_000),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(1, 2),
                        Arbitraries.integers().between(1, 10),
                        Arbitraries.of(false, true),
                        Arbitraries.integers().between(3, 30),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.of(Policy.values()))
                .as(World::new);
    }

    static Arbitrary<List<Op<Kind>>> steps() {
        List<Kind> kinds = Arrays.stream(Kind.values())
                .filter(kind -> kind != Kind.SOURCE && kind != Kind.REPARTITION && kind != Kind.TO_TABLE)
                .toList();
        return Combinators.combine(Arbitraries.of(kinds), small(), small(), small(), small())
                .as(Op<Kind>::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(MOST_STEPS);
    }

    static Arbitrary<List<Op<Event>>> events() {
        Arbitrary<Event> events = Arbitraries.frequency(
                Tuple.of(60, Event.SEND),
                Tuple.of(4, Event.SEND_DAMAGED),
                Tuple.of(3, Event.SEND_ABORTED),
                Tuple.of(3, Event.SEND_BOTH),
                Tuple.of(8, Event.RUN),
                Tuple.of(3, Event.ADVANCE_CLOCK),
                Tuple.of(5, Event.CRASH_IN_CALL),
                Tuple.of(3, Event.CRASH),
                Tuple.of(2, Event.ADD_INSTANCE),
                Tuple.of(2, Event.REMOVE_INSTANCE),
                Tuple.of(1, Event.FAIL_FORCE),
                Tuple.of(1, Event.FAIL_WRITE));
        return Combinators.combine(
                        events,
                        Arbitraries.integers().between(0, 400),
                        Arbitraries.integers().between(-1, 3),
                        Arbitraries.integers().between(-2, 9),
                        Arbitraries.integers().between(0, LATEST))
                .as(Op<Event>::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(MOST_EVENTS);
    }

    private static Arbitrary<Integer> small() {
        return Arbitraries.integers().between(0, 7);
    }
}
