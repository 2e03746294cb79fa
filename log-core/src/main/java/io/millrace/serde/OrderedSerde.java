package io.millrace.serde;

/**
 * A serde whose bytes sort as its values do: {@code a} is before {@code b} exactly when the bytes of {@code a} are before those of
 * {@code b}, compared as unsigned bytes, a prefix first. Only keys of such a serde have ranges. {@link OrderedSerdes} has those of plain
 * types, and says of each which order it keeps.
 */
public interface OrderedSerde<T> extends Serde<T> {
    /** The {@link #fixedSize} of values of many sizes. */
    int VARIABLE_SIZE = -1;

    /** How many bytes every value takes, or {@link #VARIABLE_SIZE}: what is fixed needs no end mark within a pair. */
    default int fixedSize() {
        return VARIABLE_SIZE;
    }
}
