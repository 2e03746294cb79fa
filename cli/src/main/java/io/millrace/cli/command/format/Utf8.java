package io.millrace.cli.command.format;

import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Which bytes are text. Stateless. */
public final class Utf8 {
    private static final int PIECE_CHARACTERS = 1 << 14;

    private Utf8() {}

    static boolean isValid(BytesView bytes) {
        byte[] array = bytes.array();
        int end = bytes.arrayOffset() + bytes.length();
        for (int i = bytes.arrayOffset(); i < end; i++) {
            if (array[i] < 0) {
                return isValidBeyondAscii(bytes);
            }
        }
        return true;
    }

    /** How many characters begin before the byte at this index, in bytes that are valid. */
    public static int characters(BytesView bytes, int end) {
        int count = 0;
        for (int i = 0; i < end; i++) {
            if ((bytes.getByte(i) & 0xc0) != 0x80) {
                count++;
            }
        }
        return count;
    }

    private static boolean isValidBeyondAscii(BytesView bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer source = ByteBuffer.wrap(bytes.array(), bytes.arrayOffset(), bytes.length());
        CharBuffer piece = CharBuffer.allocate(Math.min(bytes.length(), PIECE_CHARACTERS));
        CoderResult result = CoderResult.OVERFLOW;
        while (result.isOverflow()) {
            result = decoder.decode(source, piece.clear(), true);
        }
        return !result.isError();
    }
}
