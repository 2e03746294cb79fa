package io.millrace.dsl.testing;

/**
 * One thing that happens in a scenario, as plain data.
 *
 * @param a and {@code b}: what they mean, the kind says
 */
record SimulationEvent(Kind kind, int a, int b) {
    private static final int PARTS = 3;

    enum Kind {
        /** A record. a: which input; b: what it is made of. */
        SEND,
        /** Several records in one transaction. a: how many; b: what they are made of, and which inputs they are for. */
        SEND_TOGETHER,
        /** The same in a transaction that is aborted. */
        SEND_ABORTED,
        /** Until all is processed. */
        RUN,
        /** a steps of loops, also if they end in the middle of a transaction. */
        STEPS,
        /** a milliseconds. */
        PASS_TIME,
        /** Now. */
        CRASH,
        /** In storage call a of those to come. */
        CRASH_IN_CALL,
        LOSE_STATE,
        JOIN,
        LEAVE,
        /** Instance a stands still for b seconds. */
        STAND_STILL,
        /** By a seconds. */
        JUMP,
        /** The one after a more. */
        FAIL_WRITE,
        /** The one after a more. */
        FAIL_FORCE,
        /** For a steps. */
        FILL_DISK
    }

    static SimulationEvent parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != PARTS) {
            throw new IllegalArgumentException("An event is KIND:A:B, got '" + text + "'");
        }
        return new SimulationEvent(Kind.valueOf(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    boolean isInput() {
        return kind == Kind.SEND || kind == Kind.SEND_TOGETHER || kind == Kind.SEND_ABORTED;
    }

    /** What {@link #parse} reads. */
    String text() {
        return kind + ":" + a + ":" + b;
    }
}
