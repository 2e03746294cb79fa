package io.millrace.cli.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.UnusableException;
import io.millrace.cli.command.format.BadTextException;
import io.millrace.cli.command.format.FieldFormat;
import io.millrace.log.LogRecord;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A line of a dump: names and values, for people or for programs. Owned by one thread, filled and printed again and again. */
final class DumpLine {
    private static final JsonFactory JSON = new JsonFactory();

    private final boolean isJson;
    private final FieldFormat keyFormat;
    private final FieldFormat valueFormat;
    private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    private String indent = "";

    /** @param keyFormat of records' keys @param valueFormat of their values */
    DumpLine(boolean isJson, FieldFormat keyFormat, FieldFormat valueFormat) {
        this.isJson = isJson;
        this.keyFormat = keyFormat;
        this.valueFormat = valueFormat;
    }

    DumpLine begin(String leading) {
        indent = leading;
        fields.clear();
        return this;
    }

    DumpLine put(String name, long value) {
        fields.put(name, value);
        return this;
    }

    DumpLine put(String name, boolean value) {
        fields.put(name, value);
        return this;
    }

    /** What there is none of is null for programs: a text of these letters is another thing. */
    DumpLine put(String name, @Nullable String value) {
        fields.put(name, value);
        return this;
    }

    /** A record's key and value in their formats. @throws UnusableException if they cannot be shown so */
    DumpLine putFields(LogRecord record) {
        try {
            return put("key", shown(record.key(), keyFormat)).put("value", shown(record.value(), valueFormat));
        } catch (BadTextException e) {
            throw new UnusableException("The record at offset " + record.offset() + " of " + record.topicPartition()
                    + " cannot be shown: its key or value " + e.getMessage()
                    + ". Choose another --key-format or --value-format");
        }
    }

    /** In a string, what cannot be printed is shown as its code. */
    private static @Nullable String shown(@Nullable BytesView bytes, FieldFormat format) {
        if (bytes == null) {
            return null;
        }
        if (format == FieldFormat.STRING) {
            return printable(bytes.toUtf8());
        }
        BytesWriter text = new BytesWriter();
        format.print(bytes, text);
        return text.viewInto(new BytesView()).toUtf8();
    }

    private static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        text.chars().forEach(c -> {
            if (Character.isISOControl(c)) {
                shown.append("\\u").append(String.format(java.util.Locale.ROOT, "%04x", c));
            } else {
                shown.append((char) c);
            }
        });
        return shown.toString();
    }

    void print(Output out) {
        if (isJson) {
            out.line(json());
            return;
        }
        StringBuilder line = new StringBuilder(indent);
        fields.forEach((name, value) -> line.append(line.length() == indent.length() ? "" : " ")
                .append(name)
                .append(": ")
                .append(value == null ? "none" : value));
        out.line(line.toString());
    }

    private String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
                json.writeFieldName(field.getKey());
                Object value = field.getValue();
                if (value == null) {
                    json.writeNull();
                } else if (value instanceof Long number) {
                    json.writeNumber(number);
                } else if (value instanceof Boolean flag) {
                    json.writeBoolean(flag);
                } else {
                    json.writeString(value.toString());
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Text could not be written to memory", e);
        }
        return text.toString();
    }
}
