package io.millrace.dsl.testing;

import io.millrace.dsl.testing.SimulationEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Makes the scenario of a seed. Each has some of the faults only: what hides behind one shows without it. */
final class ScenarioGenerator {
    private static final int FEWEST_EVENTS = 4;
    /** Enough for several polls, transactions and takeovers; few enough to stop in the middle of one. */
    private static final int MOST_STEPS = 120;
    /** Of a start and the transactions behind it. */
    private static final int MOST_CALLS = 400;

    private static final int MOST_WRITES = 60;
    private static final int MOST_FORCES = 12;
    private static final int MOST_MILLIS = 20_000;
    /** Beyond the time within which a member of a group polls. */
    private static final int STANDING_SECONDS = 400;

    private static final int MOST_JUMP_SECONDS = 7_200;
    private static final int[] STRIDES = {1, 10, 30, 100, 300, 1_000};

    private final Set<Fault> faults;
    private final int inputs;
    private final int mostPartitions;
    private final int mostEvents;

    ScenarioGenerator(Set<Fault> faults, int inputs, int mostPartitions, int mostEvents) {
        this.faults = faults;
        this.inputs = inputs;
        this.mostPartitions = mostPartitions;
        this.mostEvents = mostEvents;
    }

    SimulationScenario of(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        List<Fault> chosen =
                faults.stream().filter(fault -> random.nextInt(3) > 0).toList();
        boolean isPower = chosen.contains(Fault.POWER_LOSS) && (!chosen.contains(Fault.KILL) || random.nextBoolean());
        List<Kind> wrong = kinds(chosen);
        List<SimulationEvent> events = new ArrayList<>();
        int count = Math.min(mostEvents, FEWEST_EVENTS + random.nextInt(mostEvents));
        int sends = 3 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            events.add(next(random, wrong, sends));
        }
        return new SimulationScenario(
                random.nextLong(),
                1 + random.nextInt(mostPartitions),
                1 + random.nextInt(2),
                chosen.contains(Fault.REBALANCE) || chosen.contains(Fault.ZOMBIE) ? 1 + random.nextInt(2) : 1,
                1 + random.nextInt(random.nextBoolean() ? 3 : 50),
                isPower,
                STRIDES[random.nextInt(STRIDES.length)],
                events);
    }

    private static List<Kind> kinds(List<Fault> faults) {
        List<Kind> kinds = new ArrayList<>();
        for (Fault fault : faults) {
            switch (fault) {
                case KILL, POWER_LOSS -> kinds.addAll(List.of(Kind.CRASH, Kind.CRASH_IN_CALL, Kind.CRASH_IN_CALL));
                case LOST_STATE -> kinds.add(Kind.LOSE_STATE);
                case REBALANCE -> kinds.addAll(List.of(Kind.JOIN, Kind.LEAVE));
                case ZOMBIE -> kinds.add(Kind.STAND_STILL);
                case CLOCK_JUMP -> kinds.add(Kind.JUMP);
                case WRITE_ERROR -> kinds.add(Kind.FAIL_WRITE);
                case FORCE_ERROR -> kinds.add(Kind.FAIL_FORCE);
                case DISK_FULL -> kinds.add(Kind.FILL_DISK);
            }
        }
        return kinds;
    }

    /** @param sends of ten events */
    private SimulationEvent next(RandomGenerator random, List<Kind> wrong, int sends) {
        int drawn = random.nextInt(10);
        Kind kind;
        if (drawn < sends) {
            int which = random.nextInt(6);
            kind = which == 0 ? Kind.SEND_ABORTED : which == 1 ? Kind.SEND_TOGETHER : Kind.SEND;
        } else if (wrong.isEmpty() || random.nextInt(3) == 0) {
            int which = random.nextInt(7);
            kind = which == 0 ? Kind.PASS_TIME : which < 3 ? Kind.RUN : Kind.STEPS;
        } else {
            kind = wrong.get(random.nextInt(wrong.size()));
        }
        return switch (kind) {
            case SEND -> new SimulationEvent(kind, random.nextInt(inputs), random.nextInt());
            case SEND_TOGETHER, SEND_ABORTED -> new SimulationEvent(kind, 1 + random.nextInt(4), random.nextInt());
            case STEPS, FILL_DISK -> new SimulationEvent(kind, 1 + random.nextInt(MOST_STEPS), 0);
            case PASS_TIME -> new SimulationEvent(kind, 1 + random.nextInt(MOST_MILLIS), 0);
            case CRASH_IN_CALL -> new SimulationEvent(kind, random.nextInt(MOST_CALLS), 0);
            case STAND_STILL -> new SimulationEvent(kind, random.nextInt(2), 1 + random.nextInt(STANDING_SECONDS));
            case JUMP -> new SimulationEvent(kind, random.nextInt(2 * MOST_JUMP_SECONDS) - MOST_JUMP_SECONDS, 0);
            case FAIL_WRITE -> new SimulationEvent(kind, random.nextInt(MOST_WRITES), 0);
            case FAIL_FORCE -> new SimulationEvent(kind, random.nextInt(MOST_FORCES), 0);
            case RUN, CRASH, LOSE_STATE, JOIN, LEAVE -> new SimulationEvent(kind, 0, 0);
        };
    }
}
