package io.millrace.cli.records;

import io.millrace.cli.command.Output;
import io.millrace.cli.command.format.BadTextException;
import io.millrace.cli.command.format.Decimal;
import io.millrace.cli.command.format.FieldFormat;
import io.millrace.log.Header;
import io.millrace.log.LogRecord;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/** Records by a pattern with kcat's tokens. Owned by one thread. */
final class PatternPrinter implements RecordPrinter {
    static final String TOKENS =
            "%t topic, %p partition, %o offset, %T timestamp, %k key, %K its length, %s value, %S its length, %h headers";

    /** The same for picocli, to which a percent sign says something. */
    static final String TOKENS_HELP =
            "%%t topic, %%p partition, %%o offset, %%T timestamp, %%k key, %%K its length, %%s value, %%S its length, %%h headers";

    private final List<RecordPrinter> pieces = new ArrayList<>();
    private final FieldFormat keyFormat;
    private final FieldFormat valueFormat;
    private final byte[] nullText;
    private final Map<String, byte[]> topics = new HashMap<>();

    /** @param nullText what is printed of a key or a value that there is none of */
    private PatternPrinter(FieldFormat keyFormat, FieldFormat valueFormat, byte[] nullText) {
        this.keyFormat = keyFormat;
        this.valueFormat = valueFormat;
        this.nullText = nullText;
    }

    /** @throws TypeConversionException if it is no pattern */
    static PatternPrinter of(String pattern, FieldFormat keyFormat, FieldFormat valueFormat, byte[] nullText) {
        PatternPrinter printer = new PatternPrinter(keyFormat, valueFormat, nullText);
        BytesWriter text = new BytesWriter();
        int i = 0;
        while (i < pattern.length()) {
            char c = pattern.charAt(i);
            if (c == '\\') {
                i = Escapes.read(pattern, i, text);
            } else if (c == '%') {
                if (i + 1 == pattern.length()) {
                    throw new TypeConversionException("'" + pattern + "' ends within a token; a percent sign is %%");
                }
                char token = pattern.charAt(i + 1);
                if (token == '%') {
                    text.putByte('%');
                } else {
                    printer.add(text);
                    printer.pieces.add(printer.token(token, pattern));
                }
                i += 2;
            } else {
                int next = pattern.offsetByCodePoints(i, 1);
                text.putUtf8(pattern.substring(i, next));
                i = next;
            }
        }
        printer.add(text);
        return printer;
    }

    /** Key, separator and value, or the value alone; a line each. */
    static PatternPrinter ofLines(
            @Nullable BytesView separator, FieldFormat keyFormat, FieldFormat valueFormat, byte[] nullText) {
        PatternPrinter printer = new PatternPrinter(keyFormat, valueFormat, nullText);
        BytesWriter text = new BytesWriter();
        if (separator != null) {
            printer.pieces.add(printer::key);
            text.putBytes(separator);
            printer.add(text);
        }
        printer.pieces.add(printer::value);
        text.putByte('\n');
        printer.add(text);
        return printer;
    }

    private void add(BytesWriter text) {
        if (text.length() > 0) {
            byte[] bytes = text.toByteArray();
            pieces.add((record, out) -> out.bytes().putBytes(bytes));
            text.clear();
        }
    }

    private RecordPrinter token(char token, String pattern) {
        return switch (token) {
            case 't' -> (record, out) -> out.bytes().putBytes(topic(record));
            case 'p' -> (record, out) -> Decimal.write(record.topicPartition().partition(), out.bytes());
            case 'o' -> (record, out) -> Decimal.write(record.offset(), out.bytes());
            case 'T' -> (record, out) -> Decimal.write(record.timestamp(), out.bytes());
            case 'k' -> this::key;
            case 'K' -> (record, out) -> Decimal.write(length(record.key()), out.bytes());
            case 's' -> this::value;
            case 'S' -> (record, out) -> Decimal.write(length(record.value()), out.bytes());
            case 'h' -> this::headers;
            default ->
                throw new TypeConversionException(
                        "'" + pattern + "' holds a token that is none: %" + token + ". There are " + TOKENS);
        };
    }

    @Override
    public void print(LogRecord record, Output out) {
        for (int i = 0; i < pieces.size(); i++) {
            pieces.get(i).print(record, out);
        }
    }

    private byte[] topic(LogRecord record) {
        return topics.computeIfAbsent(record.topicPartition().topic(), name -> name.getBytes(StandardCharsets.UTF_8));
    }

    private void key(LogRecord record, Output out) {
        field(record.key(), keyFormat, "key", out);
    }

    private void value(LogRecord record, Output out) {
        field(record.value(), valueFormat, "value", out);
    }

    private void field(@Nullable BytesView bytes, FieldFormat format, String name, Output out) {
        if (bytes == null) {
            out.bytes().putBytes(nullText);
            return;
        }
        try {
            if (bytes.length() > Output.LARGE_BYTES) {
                format.print(bytes, out.stream());
            } else {
                format.print(bytes, out.bytes());
            }
        } catch (BadTextException e) {
            throw e.of("its " + name);
        } catch (IOException e) {
            throw new UncheckedIOException("A record could not be written: " + e.getMessage(), e);
        }
    }

    /** As kcat: {@code name=value,name=value}. */
    private void headers(LogRecord record, Output output) {
        BytesWriter out = output.bytes();
        boolean isFirst = true;
        for (Header header : record.headers()) {
            if (!isFirst) {
                out.putByte(',');
            }
            isFirst = false;
            out.putUtf8(header.name()).putByte('=');
            BytesView value = header.value();
            if (value == null) {
                out.putBytes(nullText);
            } else {
                out.putBytes(value);
            }
        }
    }

    /** As kcat: −1 where there is none. */
    private static int length(@Nullable BytesView bytes) {
        return bytes == null ? -1 : bytes.length();
    }
}
