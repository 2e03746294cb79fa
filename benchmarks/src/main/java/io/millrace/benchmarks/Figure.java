package io.millrace.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    static Optional<Figure> decode(String line) {
        String[] parts = line.split("\t", -1);
        return parts.length == 4 && parts[0].equals(MARK)
                ? Optional.of(new Figure(parts[1], Double.parseDouble(parts[2]), parts[3]))
                : Optional.empty();
    }

    /** Prints it for a parent process. */
    static void report(Figure figure) {
        System.out.println(String.join("\t", MARK, figure.name, Double.toString(figure.value), figure.unit));
    }

    /** Prints a table for a person. */
    static void print(List<Figure> figures) {
        for (Figure figure : figures) {
            System.out.printf(Locale.ROOT, "%-56s %14s %s%n", figure.name, figure.text(), figure.unit);
        }
    }

    /** The median of each name's values, in the order of first appearance. */
    static List<Figure> medians(List<Figure> figures) {
        Map<String, List<Figure>> byName = new LinkedHashMap<>();
        figures.forEach(figure ->
                byName.computeIfAbsent(figure.name, name -> new ArrayList<>()).add(figure));
        List<Figure> medians = new ArrayList<>();
        for (List<Figure> same : byName.values()) {
            same.sort(Comparator.comparingDouble(Figure::value));
            medians.add(same.get(same.size() / 2));
        }
        return medians;
    }

    /** The value with as many digits as say something. */
    String text() {
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%,.1f" : "%,.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
