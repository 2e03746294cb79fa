package io.millrace.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a command found, row by row: aligned columns for people, JSON for programs, from the same cells. Owned by one thread.
 *
 * <p>The title of a column is also its key in JSON: {@code LOG END} is {@code logEnd} there.
 */
public final class Table {
    private static final String MISSING = "-";
    private static final String BETWEEN = "  ";

    private final List<String> titles;
    private final List<Row> rows = new ArrayList<>();

    public Table(String... titles) {
        this.titles = List.of(titles);
    }

    /** A cell. @param value as JSON: a String, Long, Double, Boolean, a list of strings, or null */
    private record Cell(String shown, @Nullable Object value, boolean isRight) {}

    /** One row, to which cells are added from left to right. */
    public final class Row {
        private final List<Cell> cells = new ArrayList<>();

        private Row() {}

        public Row text(String text) {
            return add(text, text, false);
        }

        /** The same text for people, another for programs: what an API calls it. */
        public Row text(String shown, String value) {
            return add(shown, value, false);
        }

        public Row texts(List<String> texts) {
            return add(texts.isEmpty() ? MISSING : String.join(",", texts), List.copyOf(texts), false);
        }

        public Row flag(boolean flag) {
            return add(flag ? "yes" : "no", flag, false);
        }

        public Row number(long number) {
            return add(Long.toString(number), number, true);
        }

        public Row number(OptionalLong number) {
            return number.isPresent() ? number(number.getAsLong()) : missing();
        }

        public Row ratio(double ratio) {
            return add(Double.toString(ratio), ratio, true);
        }

        /** A size: for people with a unit, in JSON in bytes. */
        public Row bytes(long bytes) {
            return add(HumanSize.show(bytes), bytes, true);
        }

        /** A point in time: for people in UTC, in JSON in milliseconds since the epoch. */
        public Row time(long millis) {
            return add(HumanTime.show(millis), millis, false);
        }

        /** A duration: for people with units, in JSON in milliseconds. */
        public Row duration(Duration duration) {
            return add(HumanDuration.show(duration), duration.toMillis(), true);
        }

        /** A duration that may have no end: {@code otherwise} for people, null in JSON. */
        public Row duration(Optional<Duration> duration, String otherwise) {
            return duration.isPresent() ? duration(duration.get()) : add(otherwise, null, true);
        }

        /** There is nothing to say: a dash for people, null in JSON. */
        public Row missing() {
            return missing(MISSING);
        }

        /** Null in JSON. */
        public Row missing(String shown) {
            return add(shown, null, true);
        }

        private Row add(String shown, @Nullable Object value, boolean isRight) {
            if (cells.size() == titles.size()) {
                throw new IllegalStateException("A row has " + titles.size() + " cells");
            }
            cells.add(new Cell(printable(shown), value, isRight));
            return this;
        }
    }

    /** Adds a row. */
    public Row row() {
        Row row = new Row();
        rows.add(row);
        return row;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Aligned columns under their titles; numbers to the right. Without rows, the titles alone. */
    public void print(Output out) {
        int[] widths = new int[titles.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = titles.get(i).length();
            for (Row row : rows) {
                widths[i] = Math.max(widths[i], cell(row, i).shown().length());
            }
        }
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            append(line, titles.get(i), isRight(i), widths[i]);
        }
        out.line(line.toString().stripTrailing());
        for (Row row : rows) {
            line.setLength(0);
            for (int i = 0; i < widths.length; i++) {
                append(line, cell(row, i).shown(), cell(row, i).isRight(), widths[i]);
            }
            out.line(line.toString().stripTrailing());
        }
    }

    /** One JSON object per row. */
    public void printJson(Output out) {
        rows.forEach(row -> out.line(json(row)));
    }

    private String json(Row row) {
        return JsonOption.line(json -> {
            json.writeStartObject();
            for (int i = 0; i < titles.size(); i++) {
                json.writeFieldName(key(titles.get(i)));
                write(json, cell(row, i).value());
            }
            json.writeEndObject();
        });
    }

    private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
        if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Double number) {
            json.writeNumber(number);
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else if (value instanceof List<?> texts) {
            json.writeStartArray();
            for (Object text : texts) {
                json.writeString(text.toString());
            }
            json.writeEndArray();
        } else if (value == null) {
            json.writeNull();
        } else {
            json.writeString(value.toString());
        }
    }

    private static Cell cell(Row row, int column) {
        if (column >= row.cells.size()) {
            throw new IllegalStateException("A row has too few cells: " + row.cells);
        }
        return row.cells.get(column);
    }

    /** A column is to the right if all that it holds is. */
    private boolean isRight(int column) {
        return !rows.isEmpty()
                && rows.stream().allMatch(row -> cell(row, column).isRight());
    }

    private static void append(StringBuilder line, String text, boolean isRight, int width) {
        if (!line.isEmpty()) {
            line.append(BETWEEN);
        }
        String padding = " ".repeat(width - text.length());
        line.append(isRight ? padding : "").append(text).append(isRight ? "" : padding);
    }

    /** {@code LOG END} as {@code logEnd}. */
    private static String key(String title) {
        StringBuilder key = new StringBuilder();
        for (String word : title.toLowerCase(Locale.ROOT).split("[^a-z0-9]+")) {
            key.append(key.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return key.toString();
    }

    /** What a terminal would act upon is not sent to it: names come from whoever wrote the log. */
    private static String printable(String text) {
        return text.chars().anyMatch(Character::isISOControl)
                ? text.codePoints()
                        .map(c -> Character.isISOControl(c) ? '?' : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString()
                : text;
    }
}
