package io.millrace.dsl.operator;

import io.millrace.dsl.foreignkey.ValueHash;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** Tells whether a value is still the one it was (FK2). Owned by the task's thread. */
final class ValueHasher {
    private final Serde<Object> serde;
    private final BytesWriter writer = new BytesWriter();
    private final MessageDigest digest;

    ValueHasher(Serde<Object> serde) {
        this.serde = serde;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** @return null for no value */
    @Nullable ValueHash hash(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        serde.write(value, writer.clear());
        digest.update(writer.array(), 0, writer.length());
        BytesView hash = BytesView.of(digest.digest());
        return new ValueHash(hash.getLong(0), hash.getLong(Long.BYTES));
    }
}
