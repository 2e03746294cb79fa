package io.millrace.cli.records;

import io.millrace.cli.command.format.BadTextException;
import io.millrace.cli.command.format.Decimal;
import io.millrace.cli.command.format.FieldFormat;
import io.millrace.cli.command.format.Utf8;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a line says: key and value, in their formats. Owned by one thread.
 *
 * @see #read
 */
final class LineRule {
    private final @Nullable BytesView separator;
    private final FieldFormat keyFormat;
    private final FieldFormat valueFormat;
    private final @Nullable BytesView nullText;

    private final BytesWriter keyBytes = new BytesWriter();
    private final BytesWriter valueBytes = new BytesWriter();
    private final BytesView keyView = new BytesView();
    private final BytesView valueView = new BytesView();
    private final BytesView part = new BytesView();
    private final boolean hasFixedKey;
    private @Nullable BytesView key;
    private @Nullable BytesView value;

    /** How a line is divided. @param separator between key and value; null: there is no key @param nullText stands for none; null: nothing does */
    record Form(
            FieldFormat keyFormat,
            FieldFormat valueFormat,
            @Nullable BytesView separator,
            @Nullable BytesView nullText) {}

    /** @param fixedKey of every line without one; null for none @throws BadTextException if it is not in the format of keys */
    LineRule(Form form, @Nullable String fixedKey) {
        separator = form.separator();
        keyFormat = form.keyFormat();
        valueFormat = form.valueFormat();
        nullText = form.nullText();
        hasFixedKey = fixedKey != null;
        if (fixedKey != null) {
            keyFormat.parse(BytesView.ofUtf8(fixedKey), keyBytes);
            key = keyBytes.viewInto(keyView);
        }
    }

    /** Reads a line; {@link #key} and {@link #value} are valid until the next one. @throws BadTextException if it is no record */
    void read(BytesView line) {
        int valueStart = 0;
        if (separator != null) {
            int at = indexOf(separator, line);
            if (at < 0) {
                throw new BadTextException("it has no separator (" + shown(separator) + ") between key and value: '"
                        + Decimal.excerpt(line) + "'");
            }
            part.wrap(line.array(), line.arrayOffset(), at);
            key = field("key", keyFormat, line, keyBytes, keyView);
            valueStart = at + separator.length();
        } else if (!hasFixedKey) {
            key = null;
        }
        part.wrap(line.array(), line.arrayOffset() + valueStart, line.length() - valueStart);
        value = field("value", valueFormat, line, valueBytes, valueView);
    }

    @Nullable BytesView key() {
        return key;
    }

    @Nullable BytesView value() {
        return value;
    }

    /** What the {@link #part} of the line that it is says. */
    private @Nullable BytesView field(
            String name, FieldFormat format, BytesView line, BytesWriter bytes, BytesView view) {
        if (nullText != null && part.equals(nullText)) {
            return null;
        }
        if (format == FieldFormat.STRING) {
            return view.wrap(part.array(), part.arrayOffset(), part.length());
        }
        bytes.clear();
        try {
            format.parse(part, bytes);
        } catch (BadTextException e) {
            throw e.of("its " + name).inLine(Utf8.characters(line, part.arrayOffset() - line.arrayOffset()));
        }
        return bytes.viewInto(view);
    }

    /** Where the separator begins first, −1 if it does not occur. */
    private static int indexOf(BytesView separator, BytesView line) {
        byte[] array = line.array();
        byte[] wanted = separator.array();
        int length = separator.length();
        int last = line.arrayOffset() + line.length() - length;
        for (int i = line.arrayOffset(); i <= last; i++) {
            if (array[i] == wanted[0] && Arrays.equals(array, i, i + length, wanted, 0, length)) {
                return i - line.arrayOffset();
            }
        }
        return -1;
    }

    private static String shown(BytesView separator) {
        StringBuilder text = new StringBuilder();
        for (byte b : separator.toByteArray()) {
            text.append(b > ' ' ? String.valueOf((char) b) : b == ' ' ? "a space" : String.format("\\x%02x", b & 0xff));
        }
        return text.toString();
    }
}
