package io.millrace.cli.records;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.format.BadTextException;
import io.millrace.cli.command.format.BytesStream;
import io.millrace.cli.command.format.FieldFormat;
import io.millrace.cli.command.format.JsonText;
import io.millrace.log.Header;
import io.millrace.log.LogRecord;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** A JSON object a line, with everything that a record has. Owned by one thread. */
final class JsonPrinter implements RecordPrinter {
    private final FieldFormat keyFormat;
    private final FieldFormat valueFormat;
    private final BytesWriter line = new BytesWriter(1_024);
    private final JsonGenerator gathering;

    JsonPrinter(FieldFormat keyFormat, FieldFormat valueFormat) {
        this.keyFormat = keyFormat;
        this.valueFormat = valueFormat;
        try {
            gathering = JsonText.FACTORY.createGenerator(new BytesStream(line));
        } catch (IOException e) {
            throw impossible(e);
        }
    }

    @Override
    public void print(LogRecord record, Output out) {
        if (size(record.key()) + size(record.value()) > Output.LARGE_BYTES) {
            try (JsonGenerator streaming = JsonText.FACTORY.createGenerator(out.stream())) {
                print(record, streaming);
            } catch (IOException e) {
                throw impossible(e);
            }
        } else {
            line.clear();
            print(record, gathering);
            out.bytes().putBytes(line.array(), 0, line.length());
        }
        out.bytes().putByte('\n');
    }

    private static long size(@Nullable BytesView bytes) {
        return bytes == null ? 0 : bytes.length();
    }

    private void print(LogRecord record, JsonGenerator json) {
        try {
            json.writeStartObject();
            json.writeStringField("topic", record.topicPartition().topic());
            json.writeNumberField("partition", record.topicPartition().partition());
            json.writeNumberField("offset", record.offset());
            json.writeNumberField("timestamp", record.timestamp());
            json.writeArrayFieldStart("headers");
            for (Header header : record.headers()) {
                json.writeStartObject();
                json.writeStringField("name", header.name());
                field(json, "value", header.value(), FieldFormat.STRING);
                json.writeEndObject();
            }
            json.writeEndArray();
            field(json, "key", record.key(), keyFormat);
            field(json, "value", record.value(), valueFormat);
            json.writeEndObject();
            json.flush();
        } catch (IOException e) {
            throw impossible(e);
        }
    }

    private static void field(JsonGenerator json, String name, @Nullable BytesView bytes, FieldFormat format)
            throws IOException {
        json.writeFieldName(name);
        if (bytes == null) {
            json.writeNull();
            return;
        }
        try {
            format.printJson(bytes, json);
        } catch (BadTextException e) {
            throw e.of("its " + name);
        }
    }

    private static UncheckedIOException impossible(IOException e) {
        return new UncheckedIOException("JSON could not be written to memory", e);
    }
}
