package io.millrace.proof.pipelines;

/** What a step of a random pipeline does; {@link UserCode} has the functions. */
enum Kind {
    SOURCE(0, Input.STREAM),
    MAP(1, Input.STREAM),
    FILTER(1, Input.STREAM),
    FLAT_MAP_VALUES(1, Input.STREAM),
    FLAT_MAP(1, Input.STREAM),
    SELECT_KEY(1, Input.STREAM),
    SPLIT(1, Input.STREAM),
    MERGE(2, Input.STREAM),
    /** Throws for some records, whatever is tried. */
    THROW(1, Input.STREAM),
    /** Throws for some records, once in each life of the test. */
    THROW_ONCE(1, Input.STREAM),
    /** Into one of two topics; nothing comes behind it. */
    TO_CHOSEN(1, Input.STREAM),
    REPARTITION(1, Input.STREAM),
    TO_TABLE(1, Input.KEYED),
    AGGREGATE(1, Input.KEYED),
    REDUCE(1, Input.KEYED),
    COGROUP(2, Input.KEYED),
    TUMBLING(1, Input.KEYED),
    TUMBLING_FINAL(1, Input.KEYED),
    HOPPING(1, Input.KEYED),
    SLIDING(1, Input.KEYED),
    SLIDING_FINAL(1, Input.KEYED),
    SESSIONS(1, Input.KEYED),
    SESSIONS_FINAL(1, Input.KEYED),
    DEDUPLICATE(1, Input.KEYED),
    /** Keeps a sum for each key. */
    PROCESS_VALUES(1, Input.KEYED),
    /** Keeps a sum for each key until a timer tells it. */
    PROCESS_TIMERS(1, Input.KEYED),
    STREAM_JOIN(2, Input.KEYED),
    STREAM_LEFT_JOIN(2, Input.KEYED),
    STREAM_OUTER_JOIN(2, Input.KEYED),
    STREAM_TABLE_JOIN(2, Input.KEYED_AND_TABLE),
    STREAM_TABLE_LEFT_JOIN(2, Input.KEYED_AND_TABLE),
    TABLE_FILTER(1, Input.TABLE),
    TABLE_MAP(1, Input.TABLE),
    TABLE_JOIN(2, Input.TABLE),
    TABLE_LEFT_JOIN(2, Input.TABLE),
    TABLE_OUTER_JOIN(2, Input.TABLE),
    /** Nothing comes behind it, for the order of its changes is that of two topics that nobody sees. */
    FOREIGN_KEY_JOIN(2, Input.TABLE),
    /** As {@link #FOREIGN_KEY_JOIN}. */
    TABLE_GROUP(1, Input.TABLE);

    /** What a step asks of its inputs. */
    enum Input {
        STREAM,
        /** Equal keys in one partition. */
        KEYED,
        TABLE,
        /** The first is keyed, the second a table. */
        KEYED_AND_TABLE
    }

    private final int inputs;
    private final Input input;

    Kind(int inputs, Input input) {
        this.inputs = inputs;
        this.input = input;
    }

    int inputs() {
        return inputs;
    }

    boolean needsKeyed() {
        return input != Input.STREAM;
    }

    boolean needsTable(int inputNumber) {
        return input == Input.TABLE || (input == Input.KEYED_AND_TABLE && inputNumber == 1);
    }

    boolean isTable() {
        return switch (this) {
            case TO_TABLE,
                    AGGREGATE,
                    REDUCE,
                    COGROUP,
                    TABLE_FILTER,
                    TABLE_MAP,
                    TABLE_JOIN,
                    TABLE_LEFT_JOIN,
                    TABLE_OUTER_JOIN -> true;
            default -> false;
        };
    }

    /** What comes out may have another key than what went in. */
    boolean changesKey() {
        return switch (this) {
            case FLAT_MAP,
                    SELECT_KEY,
                    TUMBLING,
                    TUMBLING_FINAL,
                    HOPPING,
                    SLIDING,
                    SLIDING_FINAL,
                    SESSIONS,
                    SESSIONS_FINAL,
                    PROCESS_TIMERS -> true;
            default -> false;
        };
    }

    /** Something comes out when time passes, and not with a record. */
    boolean actsAtTimes() {
        return switch (this) {
            case TUMBLING_FINAL, SLIDING_FINAL, SESSIONS_FINAL, PROCESS_TIMERS, STREAM_LEFT_JOIN, STREAM_OUTER_JOIN ->
                true;
            default -> false;
        };
    }

    boolean isWindow() {
        return switch (this) {
            case TUMBLING, TUMBLING_FINAL, HOPPING, SLIDING, SLIDING_FINAL, SESSIONS, SESSIONS_FINAL -> true;
            default -> false;
        };
    }

    /** What comes out depends on event time. */
    boolean goesByTime() {
        return isWindow() || actsAtTimes() || this == DEDUPLICATE || this == STREAM_JOIN;
    }

    boolean mayThrow() {
        return this == THROW || this == THROW_ONCE;
    }

    /** Nothing comes behind it. */
    boolean isEnd() {
        return this == TO_CHOSEN || isJudgedAtTheEnd();
    }

    boolean isJudgedAtTheEnd() {
        return this == FOREIGN_KEY_JOIN || this == TABLE_GROUP;
    }
}
