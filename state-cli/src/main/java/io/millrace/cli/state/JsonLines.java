package io.millrace.cli.state;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.format.BytesStream;
import io.millrace.cli.command.format.JsonText;
import io.millrace.serde.BytesWriter;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Prints values of JSON, a line each, with bytes as they are. Owned by one thread. */
final class JsonLines {
    private final Output out;
    private final BytesWriter line = new BytesWriter();
    private final JsonGenerator generator;

    JsonLines(Output out) {
        this.out = out;
        try {
            this.generator = JsonText.FACTORY.createGenerator(new BytesStream(line));
        } catch (IOException e) {
            throw impossible(e);
        }
    }

    /** Nothing is printed, of this line or later ones, if the body throws. */
    void print(JsonOption.Body body) {
        line.clear();
        try {
            body.write(generator);
            generator.flush();
        } catch (IOException e) {
            throw impossible(e);
        }
        out.bytes().putBytes(line.array(), 0, line.length()).putByte('\n');
        out.written();
    }

    private static UncheckedIOException impossible(IOException e) {
        return new UncheckedIOException("JSON could not be written to memory", e);
    }
}
