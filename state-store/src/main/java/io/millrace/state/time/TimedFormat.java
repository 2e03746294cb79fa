package io.millrace.state.time;

import io.millrace.serde.BytesReader;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.state.KeyRange;
import org.jspecify.annotations.Nullable;

/**
 * The keys of entries that expire, in buckets of time: a bucket's entries lie together, and in it those of a key, in the order of their
 * times. Owned by the partition's thread.
 *
 * <pre>
 * size   field
 *    1   {@link Tag#BY_TIME}
 *    8   first time of the bucket, sign bit inverted
 *    v   length of the key, as a varint
 *    n   key
 *    8   time, sign bit inverted
 *    8   sequence, sign bit inverted
 * </pre>
 *
 * The entry that ends with the key is the mark of a key in a bucket: when the bucket expires, something is to be done about the key.
 */
final class TimedFormat<K> implements Serde<TimedKey<K>> {
    private final Serde<K> keySerde;
    private final StreamClock clock;
    private final BytesWriter keyBytes = new BytesWriter();
    private final BytesView keyView = new BytesView();

    TimedFormat(Serde<K> keySerde, StreamClock clock) {
        this.keySerde = keySerde;
        this.clock = clock;
    }

    @Override
    public void write(TimedKey<K> value, BytesWriter out) {
        writeMark(value.key(), clock.bucketOf(value.time()), out);
        TimeRule.put(value.time(), out).putLong(TimeRule.sortable(value.sequence()));
    }

    @Override
    public TimedKey<K> read(BytesView in) {
        return read(in, keySerde);
    }

    static <K> TimedKey<K> read(BytesView in, Serde<K> keySerde) {
        BytesReader reader = new BytesReader(in);
        K key = readKey(reader, keySerde);
        return new TimedKey<>(key, TimeRule.sortable(reader.readLong()), TimeRule.sortable(reader.readLong()));
    }

    @Override
    public String name() {
        return "timed<" + keySerde.name() + ">";
    }

    /** Of the key's bytes. */
    int hash(K key) {
        keySerde.write(key, keyBytes.clear());
        return keyBytes.viewInto(keyView).hashCode();
    }

    void writeMark(K key, long bucket, BytesWriter out) {
        keySerde.write(key, keyBytes.clear());
        TimeRule.put(bucket, out.putByte(Tag.BY_TIME))
                .putVarint(keyBytes.length())
                .putBytes(keyBytes.array(), 0, keyBytes.length());
    }

    /** The key of a mark, or null if this is another entry. */
    @Nullable K keyOfMark(BytesView entry) {
        BytesReader reader = new BytesReader(entry);
        K key = readKey(reader, keySerde);
        return reader.remaining() == 0 ? key : null;
    }

    static boolean isMark(BytesView entry) {
        BytesReader reader = new BytesReader(entry);
        reader.readUnsignedByte();
        reader.readLong();
        return reader.readVarint() == reader.remaining();
    }

    /** The first time of the bucket that an entry lies in. */
    static long bucketOf(BytesView entry) {
        return TimeRule.sortable(entry.getLong(1));
    }

    /** The entries of one key in one bucket, from the first one, which need not be there, to the last time. */
    KeyRange range(long bucket, TimedKey<K> first, long last) {
        BytesWriter bytes = new BytesWriter();
        writeMark(first.key(), bucket, bytes);
        int prefix = bytes.length();
        TimeRule.put(first.time(), bytes).putLong(TimeRule.sortable(first.sequence()));
        BytesWriter end = new BytesWriter(bytes.length() + 1).putBytes(bytes.array(), 0, prefix);
        // Behind every sequence of the last time.
        TimeRule.put(last, end).putLong(-1).putByte(0);
        return KeyRange.between(bytes.viewInto(new BytesView()), end.viewInto(new BytesView()));
    }

    /** All entries of the buckets from the first one to the last. */
    static KeyRange buckets(long first, long last) {
        BytesWriter from = TimeRule.put(first, new BytesWriter().putByte(Tag.BY_TIME));
        BytesWriter bucket = TimeRule.put(last, new BytesWriter().putByte(Tag.BY_TIME));
        KeyRange ofLast = KeyRange.startingWith(bucket.viewInto(new BytesView()));
        return KeyRange.between(from.viewInto(new BytesView()), ofLast.to());
    }

    private static <K> K readKey(BytesReader reader, Serde<K> keySerde) {
        reader.readUnsignedByte();
        reader.readLong();
        return keySerde.read(reader.readBytes(reader.readVarint(), new BytesView()));
    }
}
