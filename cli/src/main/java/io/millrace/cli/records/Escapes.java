package io.millrace.cli.records;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Separators and formats as people write them on a command line: {@code \t}, {@code \n}, {@code \r}, {@code \0}, {@code \x1f}, {@code \\}. */
final class Escapes {
    private Escapes() {}

    /**
     * Reads the escape behind a backslash.
     *
     * @param at where the backslash stands
     * @return where the text goes on
     */
    static int read(String text, int at, BytesWriter bytes) {
        if (at + 1 == text.length()) {
            throw new TypeConversionException("'" + text + "' ends within an escape; a backslash is \\\\");
        }
        switch (text.charAt(at + 1)) {
            case 't' -> bytes.putByte('\t');
            case 'n' -> bytes.putByte('\n');
            case 'r' -> bytes.putByte('\r');
            case '0' -> bytes.putByte(0);
            case '\\' -> bytes.putByte('\\');
            case 'x' -> {
                return readHex(text, at, bytes);
            }
            default ->
                throw new TypeConversionException("'" + text + "' holds an escape that is none: \\"
                        + text.charAt(at + 1) + ". There are \\t, \\n, \\r, \\0, \\xNN and \\\\");
        }
        return at + 2;
    }

    private static int readHex(String text, int at, BytesWriter bytes) {
        int end = at + 4;
        if (end > text.length() || !text.substring(at + 2, end).matches("[0-9a-fA-F]{2}")) {
            throw new TypeConversionException("'" + text + "' holds a \\x without two hexadecimal digits");
        }
        bytes.putByte(Integer.parseInt(text.substring(at + 2, end), 16));
        return end;
    }

    /** A separator as the value of an option. */
    static final class Converter implements ITypeConverter<BytesView> {
        @Override
        public BytesView convert(String text) {
            if (text.isEmpty()) {
                throw new TypeConversionException("a separator is not empty");
            }
            BytesWriter bytes = new BytesWriter();
            int i = 0;
            while (i < text.length()) {
                if (text.charAt(i) == '\\') {
                    i = read(text, i, bytes);
                } else {
                    int next = text.offsetByCodePoints(i, 1);
                    bytes.putUtf8(text.substring(i, next));
                    i = next;
                }
            }
            return bytes.viewInto(new BytesView());
        }
    }
}
