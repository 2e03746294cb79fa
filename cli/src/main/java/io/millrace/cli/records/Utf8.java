package io.millrace.cli.records;

import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Which bytes are text. Stateless. */
final class Utf8 {
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
