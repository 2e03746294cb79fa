package io.millrace.examples.local;

import io.millrace.cli.command.UnusableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Small CSV files without quotes: a header, and lines with as many fields as it has. */
public final class CsvLines {
    private CsvLines() {}

    /**
     * @param parser makes an item of the fields of a line; what it throws for a field that is wrong is told with the line
     * @throws UnusableException if the file cannot be read, or a line is no item
     */
    public static <T> List<T> read(Path file, String header, Function<List<String>, T> parser) {
        List<String> lines = linesOf(file);
        if (lines.isEmpty() || !lines.get(0).strip().equals(header)) {
            throw new UnusableException("Cannot read " + file + ": its first line must be the header " + header);
        }
        int fields = header.split(",").length;
        List<T> items = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty()) {
                items.add(parsed(file, i + 1, List.of(line.split(",", -1)), fields, parser));
            }
        }
        return items;
    }

    private static List<String> linesOf(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UnusableException("Cannot read " + file + " as UTF-8: " + e, e);
        }
    }

    private static <T> T parsed(
            Path file, int number, List<String> line, int fields, Function<List<String>, T> parser) {
        if (line.size() != fields) {
            throw new UnusableException(file + ", line " + number + ": has " + line.size() + " fields, not " + fields);
        }
        try {
            return parser.apply(line.stream().map(String::strip).toList());
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new UnusableException(file + ", line " + number + ": " + e.getMessage(), e);
        }
    }
}
