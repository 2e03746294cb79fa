package io.millrace.benchmarks;

import java.util.Locale;
import java.util.Optional;

/**
 * One measured number. Child processes print theirs as lines of standard output, which {@link #decode} finds again.
 *
 * @param name what was measured, without tabs
 * @param unit what the value counts, such as {@code ms}
 */
record Figure(String name, double value, String unit) {
    private static final String MARK = "figure";

    static Figure millis(String name, long sinceNanos) {
        return new Figure(name, (System.nanoTime() - sinceNanos) / 1e6, "ms");
    }

    String encode() {
        return String.join("\t", MARK, name, Double.toString(value), unit);
    }

    static Optional<Figure> decode(String line) {
        String[] parts = line.split("\t", -1);
        return parts.length == 4 && parts[0].equals(MARK)
                ? Optional.of(new Figure(parts[1], Double.parseDouble(parts[2]), parts[3]))
                : Optional.empty();
    }

    /** The value with as many digits as say something. */
    String text() {
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%,.1f" : "%,.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
