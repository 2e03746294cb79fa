package io.millrace.cli.state;

/**
 * What came of the comparison of one partition of a store.
 *
 * @param entries that the state has
 * @param unjudged entries of the state of which the changelog, compacted since, need not have anything any more
 */
record Verdict(Outcome outcome, long entries, long differences, long unjudged) {
    enum Outcome {
        SAME("the same", true),
        DIFFERENT("different", false),
        /** The log lost what the state has, or the state is that of a copy of it. */
        BEYOND_END("beyond the end of its changelog", false),
        NO_POSITION("has entries and no position", false),
        /** A transaction is open before the position, which can only be told from one that is being ended once somebody has opened the log. */
        UNDECIDED("not comparable: a transaction of its changelog is not ended", false),
        /** The changelog does not reach back to it; an owner drops it and begins anew. */
        OUTDATED("not comparable: its changelog begins later, so it is built anew", true);

        private final String text;
        private final boolean isRight;

        Outcome(String text, boolean isRight) {
            this.text = text;
            this.isRight = isRight;
        }

        String text() {
            return text;
        }

        boolean isRight() {
            return isRight;
        }
    }

    static Verdict without(Outcome outcome) {
        return new Verdict(outcome, 0, 0, 0);
    }
}
