package io.millrace.cli.command.format;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.Numbers;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How a key or a value is written as text. Stateless. */
public enum FieldFormat {
    /** The bytes themselves, whatever they are. */
    STRING {
        @Override
        public void parse(BytesView text, BytesWriter bytes) {
            bytes.putBytes(text);
        }

        @Override
        public void print(BytesView bytes, BytesWriter text) {
            text.putBytes(bytes);
        }

        @Override
        public void printJson(BytesView bytes, JsonGenerator json) throws IOException {
            if (Utf8.isValid(bytes)) {
                json.writeUTF8String(bytes.array(), bytes.arrayOffset(), bytes.length());
            } else {
                // As a stream, what is malformed is replaced without a second copy of all.
                InputStream stream = new ByteArrayInputStream(bytes.array(), bytes.arrayOffset(), bytes.length());
                json.writeString(new InputStreamReader(stream, StandardCharsets.UTF_8), -1);
            }
        }

        @Override
        public void print(BytesView bytes, OutputStream text) throws IOException {
            text.write(bytes.array(), bytes.arrayOffset(), bytes.length());
        }
    },
    /** Eight bytes, big-endian, as a decimal number. */
    INT64 {
        @Override
        public void parse(BytesView text, BytesWriter bytes) {
            bytes.putLong(Decimal.parse(text));
        }

        @Override
        public void print(BytesView bytes, BytesWriter text) {
            Decimal.write(number(bytes), text);
        }

        @Override
        public void printJson(BytesView bytes, JsonGenerator json) throws IOException {
            json.writeNumber(number(bytes));
        }

        private static long number(BytesView bytes) {
            if (bytes.length() != Long.BYTES) {
                throw new BadTextException("has " + Numbers.count(bytes.length(), "byte") + ", and an int64 has 8");
            }
            return bytes.getLong(0);
        }
    },
    /** Two hexadecimal digits for each byte. */
    HEX {
        @Override
        public void parse(BytesView text, BytesWriter bytes) {
            int length = text.length();
            if (length % 2 != 0) {
                throw new BadTextException("'" + Decimal.excerpt(text) + "' has an odd number of hexadecimal digits");
            }
            for (int i = 0; i < length; i += 2) {
                int high = Character.digit((char) text.getByte(i), 16);
                int low = Character.digit((char) text.getByte(i + 1), 16);
                if (high < 0 || low < 0) {
                    throw new BadTextException("'" + Decimal.excerpt(text) + "' is not hexadecimal");
                }
                bytes.putByte(high << 4 | low);
            }
        }

        @Override
        public void print(BytesView bytes, BytesWriter text) {
            for (int i = 0; i < bytes.length(); i++) {
                int b = bytes.getByte(i);
                text.putByte(DIGITS.charAt(b >> 4 & 0xf)).putByte(DIGITS.charAt(b & 0xf));
            }
        }

        @Override
        public void printJson(BytesView bytes, JsonGenerator json) throws IOException {
            json.writeRawValue("\"");
            BytesWriter text = new BytesWriter();
            for (int at = 0; at < bytes.length(); at += PIECE_BYTES) {
                print(piece(bytes, at), text.clear());
                json.writeRaw(text.viewInto(new BytesView()).toUtf8());
            }
            json.writeRaw('"');
        }

        @Override
        public void print(BytesView bytes, OutputStream text) throws IOException {
            BytesWriter written = new BytesWriter();
            for (int at = 0; at < bytes.length(); at += PIECE_BYTES) {
                print(piece(bytes, at), written.clear());
                text.write(written.array(), 0, written.length());
            }
        }

        private static BytesView piece(BytesView bytes, int at) {
            return bytes.slice(at, Math.min(PIECE_BYTES, bytes.length() - at));
        }
    },
    /** Checked, and without the space between its parts. */
    JSON {
        @Override
        public void parse(BytesView text, BytesWriter bytes) {
            JsonText.compact(text, bytes);
        }

        @Override
        public void print(BytesView bytes, BytesWriter text) {
            JsonText.compact(bytes, text);
        }

        @Override
        public void printJson(BytesView bytes, JsonGenerator json) throws IOException {
            JsonText.copy(bytes, json);
        }

        @Override
        public void print(BytesView bytes, OutputStream text) throws IOException {
            JsonText.compact(bytes, text);
        }
    };

    private static final int PIECE_BYTES = 1 << 16;
    private static final String DIGITS = "0123456789abcdef";

    /** Appends the bytes that the text stands for. @throws BadTextException if it is not in this format */
    public abstract void parse(BytesView text, BytesWriter bytes);

    /** Appends the text of the bytes. @throws BadTextException if they cannot be shown so */
    public abstract void print(BytesView bytes, BytesWriter text);

    /** The same for bytes that are many: they are not gathered as text. A part may be written where they cannot be shown so. */
    public void print(BytesView bytes, OutputStream text) throws IOException {
        BytesWriter written = new BytesWriter();
        print(bytes, written);
        text.write(written.array(), 0, written.length());
    }

    /** The same as a value of JSON. */
    public abstract void printJson(BytesView bytes, JsonGenerator json) throws IOException;

    /** As the value of an option. */
    public static final class Converter implements ITypeConverter<FieldFormat> {
        @Override
        public FieldFormat convert(String text) {
            return switch (text) {
                case "string" -> STRING;
                case "int64", "long" -> INT64;
                case "hex" -> HEX;
                case "json" -> JSON;
                default -> throw new TypeConversionException("'" + text + "' is not one of string, int64, hex, json");
            };
        }
    }
}
