package io.millrace.cli.command.format;

import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Which bytes are text. Stateless. */
public final class Utf8 {
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
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.array(), bytes.arrayOffset(), bytes.length()));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
