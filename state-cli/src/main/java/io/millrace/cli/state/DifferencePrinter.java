package io.millrace.cli.state;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.serde.BytesView;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints differences: aligned columns for people, JSON with keys and values as {@code get} has them for programs. Owned by one thread. */
final class DifferencePrinter {
    private static final int MOST_SHOWN = 80;

    private final FormatOption formats;

    DifferencePrinter(FormatOption formats) {
        this.formats = formats;
    }

    void print(List<Difference> differences, JsonOption json, Output out) {
        if (json.isJson()) {
            JsonLines lines = new JsonLines(out);
            differences.forEach(difference -> lines.print(generator -> write(difference, generator)));
        } else {
            out.line("");
            table(differences).print(out);
        }
    }

    private Table table(List<Difference> differences) {
        Table table = new Table("STORE", "PARTITION", "DIFFERENCE", "KEY", "STATE", "CHANGELOG");
        for (Difference difference : differences) {
            FieldText keys = formats.keys(difference.found().manifest());
            FieldText values = formats.values(difference.found().manifest());
            Table.Row row = table.row()
                    .text(difference.found().store())
                    .number(difference.partition())
                    .text(difference.what());
            cell(row, difference.key(), keys);
            cell(row, difference.inState(), values);
            cell(row, difference.inChangelog(), values);
        }
        return table;
    }

    private static void cell(Table.Row row, @Nullable BytesView bytes, FieldText text) {
        if (bytes == null) {
            row.missing();
            return;
        }
        String whole = text.show(bytes);
        row.text(whole.length() > MOST_SHOWN ? whole.substring(0, MOST_SHOWN) + "…" : whole);
    }

    private void write(Difference difference, JsonGenerator json) throws IOException {
        FieldText values = formats.values(difference.found().manifest());
        json.writeStartObject();
        json.writeStringField("store", difference.found().store());
        json.writeNumberField("partition", difference.partition());
        json.writeStringField("difference", difference.what());
        write("key", difference.key(), formats.keys(difference.found().manifest()), json);
        write("state", difference.inState(), values, json);
        write("changelog", difference.inChangelog(), values, json);
        json.writeEndObject();
    }

    private static void write(String name, @Nullable BytesView bytes, FieldText text, JsonGenerator json)
            throws IOException {
        json.writeFieldName(name);
        if (bytes == null) {
            json.writeNull();
        } else if (text.fits(bytes)) {
            text.printJson(bytes, json);
        } else {
            // What the store keeps for itself has another format.
            json.writeString(text.show(bytes));
        }
    }
}
