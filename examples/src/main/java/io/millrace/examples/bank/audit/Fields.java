package io.millrace.examples.bank.audit;

import io.millrace.serde.BytesView;
import io.millrace.serde.SerdeException;
import org.jspecify.annotations.Nullable;

/** What every record of the bank has. */
final class Fields {
    private Fields() {}

    /** The account that a record is about: its key. */
    static long account(History.Records records) {
        BytesView key = present(records.key(), "account id");
        if (key.length() != Long.BYTES) {
            throw new SerdeException("An account id has 8 bytes, got " + key.length());
        }
        return key.getLong(0);
    }

    static BytesView present(@Nullable BytesView bytes, String what) {
        if (bytes == null) {
            throw new SerdeException("A record has no " + what);
        }
        return bytes;
    }
}
