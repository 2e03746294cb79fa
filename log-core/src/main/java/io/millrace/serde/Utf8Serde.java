package io.millrace.serde;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text as UTF-8, without length; it sorts by code points. */
final class Utf8Serde implements OrderedSerde<String> {
    private static final char REPLACEMENT = '\uFFFD';

    @Override
    public void write(String value, BytesWriter out) {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isSurrogate(value.charAt(i))) {
                if (Character.charCount(value.codePointAt(i)) == 1) {
                    throw new SerdeException("A text with a lone surrogate has no UTF-8: at index " + i);
                }
                i++;
            }
        }
        out.putUtf8(value);
    }

    @Override
    public String read(BytesView in) {
        String text = in.toUtf8();
        // The fast decoder replaces what is malformed, so only text with a replacement character has to be looked at
        // again.
        if (text.indexOf(REPLACEMENT) >= 0) {
            refuseMalformed(in);
        }
        return text;
    }

    private static void refuseMalformed(BytesView in) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(in.array(), in.arrayOffset(), in.length()));
        } catch (CharacterCodingException e) {
            throw new SerdeException("Not UTF-8: " + in, e);
        }
    }

    @Override
    public String name() {
        return "utf8";
    }
}
