package io.millrace.cli.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;

/** Mixin of commands that print a {@link Table}: {@code --json}. */
public final class JsonOption {
    private static final JsonFactory JSON = new JsonFactory();

    /** Writes one value. */
    @FunctionalInterface
    public interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    @Option(
            names = "--json",
            description = "Print for programs: one JSON object per line, sizes in bytes and times in milliseconds.")
    private boolean isJson;

    public boolean isJson() {
        return isJson;
    }

    /** Prints the table as it is asked for. */
    public void print(Table table, Output out) {
        if (isJson) {
            table.printJson(out);
        } else {
            table.print(out);
        }
    }

    /** JSON without a line break, for what is no table. */
    public static String line(Body body) {
        // In bytes, since fields that are bytes of UTF-8 are written as they are.
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            body.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("JSON could not be written to memory", e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
