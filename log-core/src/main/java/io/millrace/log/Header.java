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
}
