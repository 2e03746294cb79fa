package io.millrace.dsl;

/**
 * What an application keeps under a name that its user gave it, over restarts and new versions of the program.
 *
 * @param kind what it is: names of different kinds have nothing to do with each other
 */
public record Kept(Kind kind, String name) implements Comparable<Kept> {
    /** What has a name and outlives a start. */
    public enum Kind {
        /** A store, with its changelog; of a global table, its rows. */
        STORE("store"),
        /** What is under way in a topic of {@code repartition} or {@code groupBy}, or of a join by foreign key. */
        REPARTITION("repartition"),
        /** How far a source was read. */
        SOURCE("source");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** In messages, and in what is written. */
        public String text() {
            return text;
        }
    }

    public static Kept store(String name) {
        return new Kept(Kind.STORE, name);
    }

    public static Kept repartition(String name) {
        return new Kept(Kind.REPARTITION, name);
    }

    public static Kept source(String name) {
        return new Kept(Kind.SOURCE, name);
    }

    @Override
    public int compareTo(Kept that) {
        int byKind = kind.compareTo(that.kind);
        return byKind != 0 ? byKind : name.compareTo(that.name);
    }

    @Override
    public String toString() {
        return kind.text + " '" + name + "'";
    }
}
