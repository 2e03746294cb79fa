package io.millrace.log;

import io.millrace.serde.BytesView;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A named value beside a record's key and value. Names may repeat. Immutable: the value's bytes are copied in. */
public record Header(String name, @Nullable BytesView value) {
    public Header {
        Objects.requireNonNull(name, "name");
        value = value == null ? null : value.copy();
    }

    public static Header ofUtf8(String name, String value) {
        return new Header(name, BytesView.ofUtf8(value));
    }

    /** The bytes of the name in UTF-8, which is how it is written. */
    public long nameBytes() {
        return utf8Length(name);
    }

    /** The length of the text in UTF-8, where a lone surrogate becomes {@code ?} as {@link String#getBytes} writes it. */
    private static long utf8Length(String text) {
        long length = 0;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit < 0x80) {
                length += 1;
            } else if (unit < 0x800) {
                length += 2;
            } else if (!Character.isSurrogate(unit)) {
                length += 3;
            } else if (Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                length += 4;
                i++;
            } else {
                length += 1;
            }
        }
        return length;
    }
}
