package io.millrace.cli.state;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.HumanTime;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.UnusableException;
import io.millrace.cli.command.format.BadTextException;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.SerdeException;
import io.millrace.state.StateException;
import io.millrace.state.time.StoredEntry;
import io.millrace.state.time.StoredEntry.Time;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads entries of one store and prints them: a line each, its fields divided by tabs, or a JSON object. Owned by one thread. */
final class EntryPrinter {
    private final String store;
    private final EntryReader reader;
    private final FieldText keys;
    private final FieldText values;
    private final boolean isJson;
    private final Output out;
    private final JsonLines jsonLines;

    /** What an entry means. */
    @FunctionalInterface
    private interface EntryReader {
        Optional<StoredEntry> read(BytesView key, BytesView value);
    }

    EntryPrinter(States.Found found, FormatOption formats, JsonOption json, Output out) {
        this.store = found.store();
        this.keys = formats.keys(found.manifest());
        this.values = formats.values(found.manifest());
        this.reader = formats.isRaw()
                ? (key, value) -> Optional.of(new StoredEntry(key, List.of(), value))
                : formats.reader(store, found.manifest())::read;
        this.isJson = json.isJson();
        this.out = out;
        this.jsonLines = new JsonLines(out);
    }

    FieldText keys() {
        return keys;
    }

    /** Empty if it is none of the user's. @throws StateException of kind CORRUPT if it is no entry of such a store */
    Optional<StoredEntry> read(BytesView key, BytesView value) {
        try {
            return reader.read(key, value);
        } catch (SerdeException | IndexOutOfBoundsException e) {
            throw new StateException(
                    StateException.Kind.CORRUPT,
                    "Store " + store + " has an entry that is none of its kind, with the key " + key + ": "
                            + e.getMessage() + ". With --raw it is shown; 'millrace state verify' compares it.",
                    e);
        }
    }

    void print(int partition, StoredEntry entry) {
        try {
            if (isJson) {
                jsonLines.print(json -> writeJson(partition, entry, json));
            } else {
                printLine(partition, entry);
            }
        } catch (BadTextException e) {
            throw new UnusableException(
                    "An entry of store " + store + ", partition " + partition + ", cannot be shown: " + e.getMessage()
                            + ". Choose another --key-format or --value-format.",
                    e);
        }
    }

    private void printLine(int partition, StoredEntry entry) {
        BytesWriter line = out.bytes();
        line.putUtf8(Integer.toString(partition)).putByte('\t');
        keys.print(entry.key(), line);
        for (Time time : entry.times()) {
            String shown = time.isTime() ? HumanTime.show(time.number()) : Long.toString(time.number());
            line.putByte('\t').putUtf8(time.name() + "=" + shown);
        }
        line.putByte('\t');
        BytesView value = entry.value();
        if (value != null) {
            values.print(value, line);
        }
        line.putByte('\n');
        out.written();
    }

    private void writeJson(int partition, StoredEntry entry, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("partition", partition);
        write("key", entry.key(), keys, json);
        for (Time time : entry.times()) {
            json.writeNumberField(time.name(), time.number());
        }
        write("value", entry.value(), values, json);
        json.writeEndObject();
    }

    private static void write(String name, @Nullable BytesView bytes, FieldText text, JsonGenerator json)
            throws IOException {
        json.writeFieldName(name);
        if (bytes == null) {
            json.writeNull();
        } else {
            text.printJson(bytes, json);
        }
    }
}
