package io.millrace.cli.state;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.UnusableException;
import io.millrace.cli.command.format.BadTextException;
import io.millrace.cli.command.format.FieldFormat;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.io.IOException;

/**
 * How keys or values of a store are shown and typed.
 *
 * @param isOrdered the bytes are those of an ordered serde: the sign is inverted
 * @param isRaw nobody may choose another format
 */
record FieldText(FieldFormat format, boolean isOrdered, boolean isRaw) {
    private static final String TIMESTAMPED = "timestamped<";
    private static final int SIGN = 0x80;
    private static final byte DELETE = 0x7f;
    static final FieldText RAW = new FieldText(FieldFormat.HEX, false, true);

    FieldText(FieldFormat format, boolean isOrdered) {
        this(format, isOrdered, false);
    }

    /** As the bytes of this serde are read best; hexadecimal for one that is not known here. */
    static FieldText of(String serde) {
        String name = serde.startsWith(TIMESTAMPED) && serde.endsWith(">")
                ? serde.substring(TIMESTAMPED.length(), serde.length() - 1)
                : serde;
        if (name.equals("ordered-int64")) {
            return new FieldText(FieldFormat.INT64, true);
        }
        if (name.startsWith("json:")) {
            return new FieldText(FieldFormat.JSON, false);
        }
        return switch (name) {
            case "utf8" -> new FieldText(FieldFormat.STRING, false);
            case "int64" -> new FieldText(FieldFormat.INT64, false);
            default -> new FieldText(FieldFormat.HEX, false);
        };
    }

    /** The bytes that were typed. @throws UnusableException if they are not in this format */
    BytesView parse(String what, String text) {
        BytesWriter bytes = new BytesWriter();
        try {
            format.parse(BytesView.ofUtf8(text), bytes);
        } catch (BadTextException e) {
            throw new UnusableException(
                    what + ": " + e.getMessage()
                            + (isRaw ? ". With --raw a key is typed in hex." : ". Choose another --key-format."),
                    e);
        }
        return inverted(bytes.viewInto(new BytesView()));
    }

    /**
     * In a line: what would end it, divide it or steer a terminal is written as {@code \n}, {@code \t}, {@code \x1b}, and a backslash as two.
     *
     * @throws BadTextException if the bytes cannot be shown so
     */
    void print(BytesView bytes, BytesWriter text) {
        if (format != FieldFormat.STRING) {
            format.print(inverted(bytes), text);
            return;
        }
        for (int i = 0; i < bytes.length(); i++) {
            printEscaped(bytes.getByte(i), text);
        }
    }

    private static void printEscaped(byte character, BytesWriter text) {
        switch (character) {
            case '\\' -> text.putUtf8("\\\\");
            case '\t' -> text.putUtf8("\\t");
            case '\n' -> text.putUtf8("\\n");
            case '\r' -> text.putUtf8("\\r");
            default -> {
                if ((character >= 0 && character < ' ') || character == DELETE) {
                    text.putUtf8(String.format("\\x%02x", character));
                } else {
                    text.putByte(character);
                }
            }
        }
    }

    /** @throws BadTextException if the bytes cannot be shown so */
    void printJson(BytesView bytes, JsonGenerator json) throws IOException {
        format.printJson(inverted(bytes), json);
    }

    /** For a message: in hexadecimal if the format does not fit. */
    String show(BytesView bytes) {
        BytesWriter text = new BytesWriter();
        try {
            print(bytes, text);
        } catch (BadTextException e) {
            FieldFormat.HEX.print(bytes, text.clear());
        }
        return text.viewInto(new BytesView()).toUtf8();
    }

    /** Whether the bytes can be shown in this format. */
    boolean fits(BytesView bytes) {
        try {
            format.print(bytes, new BytesWriter());
            return true;
        } catch (BadTextException e) {
            return false;
        }
    }

    private BytesView inverted(BytesView bytes) {
        if (!isOrdered || bytes.length() == 0) {
            return bytes;
        }
        byte[] other = bytes.toByteArray();
        other[0] ^= (byte) SIGN;
        return BytesView.of(other);
    }
}
