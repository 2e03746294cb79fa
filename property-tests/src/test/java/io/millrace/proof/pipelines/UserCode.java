package io.millrace.proof.pipelines;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The functions that a random pipeline is given. Sums keep the order of what went in, where that is to be seen. */
final class UserCode {
    private static final long NOBODY = 77;

    private UserCode() {}

    static @Nullable Long map(@Nullable Long value, int a) {
        return value == null ? null : value + a + 1;
    }

    static boolean accepts(@Nullable Long value, int a) {
        return value == null || Math.floorMod(value, 3) != a % 3;
    }

    /** None, one or two. */
    static List<Long> several(@Nullable Long value, int a) {
        return value == null
                ? List.of()
                : switch (Math.floorMod(value + a, 3)) {
                    case 0 -> List.of();
                    case 1 -> List.of(value);
                    default -> List.of(value, value + 100);
                };
    }

    static @Nullable String otherKey(@Nullable String key, @Nullable Long value) {
        return value == null ? key : "k" + Math.floorMod(value, 3);
    }

    static String group(Long value) {
        return "g" + Math.floorMod(value, 2);
    }

    static boolean isFailing(@Nullable Long value, int a) {
        return value != null && Math.floorMod(value, 5) == a % 5;
    }

    static boolean isOdd(@Nullable Long value) {
        return value != null && Math.floorMod(value, 2) == 1;
    }

    static long id(@Nullable Long value) {
        return value == null ? -1 : Math.floorMod(value, 2);
    }

    static long first() {
        return 7;
    }

    /** Other orders give other results. */
    static long fold(long before, long value) {
        return before * 31 + value;
    }

    static long foldOther(long before, long value) {
        return before * 37 + value;
    }

    static long join(@Nullable Long left, @Nullable Long right) {
        return (left == null ? NOBODY : left) * 13 + (right == null ? NOBODY : right);
    }

    static String windowed(String key, long start) {
        return key + "@" + start;
    }

    /** Of a window, a gap or a difference, in milliseconds. */
    static int length(int a) {
        return 5 + a % 4 * 5;
    }

    static int grace(int a) {
        return a % 3 * 7;
    }

    /**
     * Of windows that slide: more than records go back, less than time jumps. What windows are made of records for which some window has closed and
     * another one is yet to be made, the documentation leaves open, as Kafka Streams does.
     */
    static int slidingGrace() {
        return 1_000;
    }

    /** Later than the record by this much. */
    static long timer(long timestamp, int a) {
        return timestamp + length(a) - 10;
    }
}
