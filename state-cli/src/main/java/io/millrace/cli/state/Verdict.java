package io.millrace.cli.state;

/**
 * What came of the comparison of one partition of a store.
 *
 * @param entries that the state has
 * @param unjudged entries of the state of which the changelog, compacted since, need not have anything any more
 */
record Verdict(Outcome outcome, long entries, long differences, long unjudged) {
    enum Outcome {
        SAME("the same", Judgement.RIGHT),
        DIFFERENT("different", Judgement.WRONG),
        /** The log lost what the state has, or the state is that of a copy of it. */
        BEYOND_END("beyond the end of its changelog", Judgement.WRONG),
        NO_POSITION("has entries and no position", Judgement.WRONG),
        /** Of its files: what it holds cannot be read. */
        DAMAGED("damaged", Judgement.WRONG),
        /** A transaction is open before the position, which can only be told from one that is being ended once somebody has opened the log. */
        UNDECIDED("not comparable: a transaction of its changelog is not ended", Judgement.NONE),
        NO_CHANGELOG("not comparable: it has no changelog in this log", Judgement.NONE),
        LOG_UNREADABLE("not comparable: its changelog cannot be read", Judgement.NONE),
        /** The changelog does not reach back to it; an owner drops it and begins anew. */
        OUTDATED("not comparable: its changelog begins later, so it is built anew", Judgement.RIGHT);

        private final String text;
        private final Judgement judgement;

        Outcome(String text, Judgement judgement) {
            this.text = text;
            this.judgement = judgement;
        }

        String text() {
            return text;
        }

        Judgement judgement() {
            return judgement;
        }
    }

    /** What an outcome says of the state. */
    enum Judgement {
        RIGHT,
        WRONG,
        /** Nothing. */
        NONE
    }

    static Verdict without(Outcome outcome) {
        return new Verdict(outcome, 0, 0, 0);
    }
}
