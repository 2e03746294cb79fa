package io.millrace.examples.local;

import io.millrace.cli.command.UnusableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    public static <T> List<T> read(Path file, String header, Function<CsvLine, T> parser) {
        List<String> lines = linesOf(file);
        if (lines.isEmpty() || !lines.get(0).strip().equals(header)) {
            throw new UnusableException("Cannot read " + file + ": its first line must be the header " + header);
        }
        List<String> names = List.of(header.split(","));
        List<T> items = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty()) {
                items.add(parsed(file, i + 1, List.of(line.split(",", -1)), names, parser));
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
            Path file, int number, List<String> line, List<String> names, Function<CsvLine, T> parser) {
        if (line.size() != names.size()) {
            throw new UnusableException(file + ", line " + number + ": has " + line.size() + " fields, not the "
                    + names.size() + " of " + String.join(",", names));
        }
        try {
            return parser.apply(
                    new CsvLine(names, line.stream().map(String::strip).toList()));
        } catch (IllegalArgumentException e) {
            throw new UnusableException(file + ", line " + number + ": " + e.getMessage(), e);
        }
    }
}
