package io.millrace.proof.pipelines;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A pipeline, what it is fed and what goes wrong, as plain data: shrunk by jqwik, and written and read as one line of text.
 *
 * @param steps behind the sources
 * @param events in the order in which they happen
 */
record Scenario(World world, List<Op<Kind>> steps, List<Op<Event>> events) {
    static final String PROPERTY = "millrace.scenario";
    private static final int PARTS = 3;

    /** What becomes of records that fail. */
    enum Policy {
        STOP,
        SKIP,
        DEAD_LETTER,
        RETRY_THEN_SKIP,
        RETRY_THEN_DEAD_LETTER;

        boolean isRetried() {
            return this == RETRY_THEN_SKIP || this == RETRY_THEN_DEAD_LETTER;
        }

        boolean isBuried() {
            return this == DEAD_LETTER || this == RETRY_THEN_DEAD_LETTER;
        }
    }

    /** What happens. */
    enum Event {
        /** A record: source, key, value, time. */
        SEND,
        /** A record whose value cannot be read; another one if failing records end the application. */
        SEND_DAMAGED,
        /** A record of a transaction that is aborted. */
        SEND_ABORTED,
        /** Two records of one transaction. */
        SEND_BOTH,
        RUN,
        ADVANCE_CLOCK,
        /** The process dies in a storage call that is still to come, in its next life too. */
        CRASH_IN_CALL,
        CRASH,
        ADD_INSTANCE,
        REMOVE_INSTANCE,
        FAIL_FORCE,
        FAIL_WRITE
    }

    /**
     * @param isPower processes die by power cuts, on a log that survives them
     * @param checkEvery after how many records the middle of a transaction is looked at
     */
    record World(
            long seed,
            int partitions,
            int loops,
            int transactionRecords,
            boolean isPower,
            int checkEvery,
            int sources,
            Policy policy) {
        static World parse(String text) {
            String[] parts = text.split(",", -1);
            return new World(
                    Long.parseLong(parts[0]),
                    Integer.parseInt(parts[1]),
                    Integer.parseInt(parts[2]),
                    Integer.parseInt(parts[3]),
                    Boolean.parseBoolean(parts[4]),
                    Integer.parseInt(parts[5]),
                    Integer.parseInt(parts[6]),
                    Policy.valueOf(parts[7]));
        }

        String text() {
            return seed + "," + partitions + "," + loops + "," + transactionRecords + "," + isPower + "," + checkEvery
                    + "," + sources + "," + policy;
        }
    }

    Scenario {
        steps = List.copyOf(steps);
        events = List.copyOf(events);
    }

    static Scenario parse(String text) {
        String[] parts = text.split(";", -1);
        if (parts.length != PARTS) {
            throw new IllegalArgumentException("A scenario has " + PARTS + " parts, got '" + text + "'");
        }
        return new Scenario(World.parse(parts[0]), ops(Kind.class, parts[1]), ops(Event.class, parts[2]));
    }

    private static <E extends Enum<E>> List<Op<E>> ops(Class<E> kinds, String text) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",", -1))
                        .map(op -> Op.parse(kinds, op))
                        .toList();
    }

    PipelinePlan plan() {
        return PipelinePlan.of(world.sources(), world.policy(), steps);
    }

    /** What {@link #parse} reads. */
    String text() {
        return world.text() + ";" + text(steps) + ";" + text(events);
    }

    private static String text(List<?> ops) {
        return ops.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return world + "\n" + plan() + "\nevents " + events + "\nRun it again with -D" + PROPERTY + "='" + text()
                + "' -Dtest=RandomPipelinesProperties#theScenarioThatWasNamed";
    }
}
