package io.millrace.dsl.testing;

import io.millrace.dsl.testing.SimulationEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes a scenario that fails smaller, as long as it fails alike: halves of its events go, then quarters, down to single ones (delta debugging, Zeller 2002). */
final class ScenarioShrinker {
    private static final int MOST_TRIES = 800;
    /** Places at which a crash is tried that are before its own. */
    private static final int EARLIER_CRASHES = 24;

    private final Predicate<SimulationScenario> fails;
    private int tries;

    /** @param fails whether a scenario shows what is looked for */
    ScenarioShrinker(Predicate<SimulationScenario> fails) {
        this.fails = fails;
    }

    SimulationScenario shrink(SimulationScenario failing) {
        SimulationScenario smallest = withFewerEvents(failing);
        List<UnaryOperator<SimulationScenario>> simpler = List.of(
                SimulationScenario::withOneInstance,
                SimulationScenario::withOneLoop,
                SimulationScenario::withOnePartition);
        for (UnaryOperator<SimulationScenario> change : simpler) {
            SimulationScenario candidate = change.apply(smallest);
            if (!candidate.equals(smallest) && stillFails(candidate)) {
                smallest = candidate;
            }
        }
        SimulationScenario earlier = withEarlierCrashes(withFewerEvents(smallest));
        return withFewerEvents(earlier);
    }

    private SimulationScenario withFewerEvents(SimulationScenario failing) {
        SimulationScenario smallest = failing;
        int length = Math.max(1, smallest.events().size() / 2);
        while (true) {
            boolean hasShrunk = false;
            int from = 0;
            while (from < smallest.events().size()) {
                List<SimulationEvent> fewer = new ArrayList<>(smallest.events());
                fewer.subList(from, Math.min(fewer.size(), from + length)).clear();
                SimulationScenario candidate = smallest.withEvents(fewer);
                if (stillFails(candidate)) {
                    smallest = candidate;
                    hasShrunk = true;
                } else {
                    from += length;
                }
            }
            if (length == 1 && !hasShrunk) {
                return smallest;
            }
            length = Math.max(1, length / 2);
        }
    }

    /** What comes before a crash can go only if the crash comes sooner: one event less, and a call at which the rest still fails. */
    private SimulationScenario withEarlierCrashes(SimulationScenario failing) {
        SimulationScenario smallest = failing;
        int at = 0;
        while (at < smallest.events().size()) {
            SimulationScenario smaller = withoutEvent(smallest, at);
            if (smaller == null) {
                at++;
            } else {
                smallest = smaller;
            }
        }
        return smallest;
    }

    private @Nullable SimulationScenario withoutEvent(SimulationScenario scenario, int at) {
        List<SimulationEvent> events = new ArrayList<>(scenario.events());
        events.remove(at);
        for (int i = at; i < events.size(); i++) {
            SimulationEvent event = events.get(i);
            if (event.kind() == Kind.CRASH_IN_CALL) {
                for (int earlier = 0; earlier < EARLIER_CRASHES; earlier++) {
                    events.set(
                            i,
                            new SimulationEvent(
                                    event.kind(), event.a() - event.a() * earlier / EARLIER_CRASHES, event.b()));
                    SimulationScenario candidate = scenario.withEvents(events);
                    if (stillFails(candidate)) {
                        return candidate;
                    }
                }
                events.set(i, event);
            }
        }
        return null;
    }

    private boolean stillFails(SimulationScenario candidate) {
        return tries++ < MOST_TRIES && fails.test(candidate);
    }
}
