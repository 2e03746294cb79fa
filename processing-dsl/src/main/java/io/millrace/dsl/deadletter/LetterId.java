package io.millrace.dsl.deadletter;

import java.util.Comparator;

/** Where a letter lies in its topic; written as {@code partition:offset}. */
public record LetterId(int partition, long offset) implements Comparable<LetterId> {
    private static final Comparator<LetterId> ORDER =
            Comparator.comparingInt(LetterId::partition).thenComparingLong(LetterId::offset);

    public LetterId {
        if (partition < 0 || offset < 0) {
            throw new IllegalArgumentException(
                    "Partition and offset of a letter are 0 or more, got " + partition + ":" + offset);
        }
    }

    /** @throws IllegalArgumentException if it is none */
    public static LetterId parse(String text) {
        int colon = text.indexOf(':');
        try {
            return new LetterId(
                    Integer.parseInt(text, 0, colon, 10), Long.parseLong(text, colon + 1, text.length(), 10));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no letter: say its partition and offset, such as 0:12", e);
        }
    }

    @Override
    public int compareTo(LetterId that) {
        return ORDER.compare(this, that);
    }

    @Override
    public String toString() {
        return partition + ":" + offset;
    }
}
