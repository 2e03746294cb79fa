package io.millrace.benchmarks;

import io.millrace.serde.BytesView;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Keys and values to write: text with numbers in it, as orders look, of exactly one size. They are the same in every run, and enough
 * different ones that neither a branch predictor nor a compressor knows them by heart. Owned by one thread: the views move.
 */
final class Samples {
    private static final int COUNT = 1 << 12;
    private static final int KEY_BYTES = 8;

    private final int valueBytes;
    private final byte[] keys = new byte[COUNT * KEY_BYTES];
    private final byte[] values;
    private final BytesView key = new BytesView();
    private final BytesView value = new BytesView();

    Samples(int valueBytes) {
        this.valueBytes = valueBytes;
        values = new byte[COUNT * valueBytes];
        SplittableRandom random = new SplittableRandom(42);
        for (int i = 0; i < COUNT; i++) {
            byte[] id = String.format("%08d", random.nextInt(100_000_000)).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(id, 0, keys, i * KEY_BYTES, KEY_BYTES);
            System.arraycopy(value(random, valueBytes), 0, values, i * valueBytes, valueBytes);
        }
    }

    private static byte[] value(SplittableRandom random, int bytes) {
        StringBuilder text = new StringBuilder();
        while (text.length() < bytes) {
            text.append("{\"order\":").append(random.nextInt(1_000_000_000));
            text.append(",\"from\":\"account-").append(random.nextInt(100_000));
            text.append("\",\"to\":\"account-").append(random.nextInt(100_000));
            text.append("\",\"amount\":").append(random.nextInt(1_000_000)).append("}\n");
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), bytes);
    }

    /** The key of a record, valid until the next call. */
    BytesView key(int record) {
        return key.wrap(keys, (record & (COUNT - 1)) * KEY_BYTES, KEY_BYTES);
    }

    /** The value of a record, valid until the next call. */
    BytesView value(int record) {
        return value.wrap(values, (record & (COUNT - 1)) * valueBytes, valueBytes);
    }
}
