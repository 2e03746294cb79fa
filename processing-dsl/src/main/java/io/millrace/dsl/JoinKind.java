package io.millrace.dsl;

/** Which rows of a join have a result. */
public enum JoinKind {
    /** Those with both sides. */
    INNER("join"),
    /** Those with a left side. */
    LEFT("leftJoin"),
    /** All. */
    OUTER("outerJoin");

    private final String label;

    JoinKind(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
