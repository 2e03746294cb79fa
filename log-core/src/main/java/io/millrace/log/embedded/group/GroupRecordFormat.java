package io.millrace.log.embedded.group;

import io.millrace.log.CorruptionException;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of the records of {@code __consumer_offsets}, as Kafka writes them. Numbers are big-endian; a string is an i16 length and that
 * many bytes of UTF-8.
 *
 * <pre>
 * OffsetCommitKey           type i16 = 1   group string   topic string   partition i32
 * OffsetCommitValue v3      version i16 = 3   offset i64   leader epoch i32 = −1   metadata string   commit timestamp i64
 * ConsumerGroupMetadataKey  type i16 = 3   group string
 * ConsumerGroupMetadataValue v0   version i16 = 0   epoch i32   tagged fields (a varint count, 0)
 * </pre>
 *
 * <p>Keys of other types are passed over; of values, later versions may follow with more bytes, as Kafka's do. Stateless.
 */
final class GroupRecordFormat {
    /** The longest name that a string holds. */
    static final int LONGEST_NAME = Short.MAX_VALUE;

    private static final short OFFSET_KEY = 1;
    private static final short GROUP_KEY = 3;
    private static final short OFFSET_VALUE_VERSION = 3;
    private static final short GROUP_VALUE_VERSION = 0;
    private static final int NO_LEADER_EPOCH = -1;

    /** What a key says. */
    sealed interface Key {}

    record Offset(OffsetKey key) implements Key {}

    record GroupEpoch(String groupId) implements Key {}

    private GroupRecordFormat() {}

    static void writeOffsetKey(OffsetKey key, BytesWriter out) {
        out.putShort(OFFSET_KEY);
        putString(key.groupId(), out);
        putString(key.topicPartition().topic(), out);
        out.putInt(key.topicPartition().partition());
    }

    static void writeOffsetValue(long offset, long timestamp, BytesWriter out) {
        out.putShort(OFFSET_VALUE_VERSION);
        out.putLong(offset);
        out.putInt(NO_LEADER_EPOCH);
        putString("", out);
        out.putLong(timestamp);
    }

    static void writeGroupKey(String groupId, BytesWriter out) {
        out.putShort(GROUP_KEY);
        putString(groupId, out);
    }

    static void writeGroupValue(int epoch, BytesWriter out) {
        out.putShort(GROUP_VALUE_VERSION);
        out.putInt(epoch);
        out.putByte(0);
    }

    /** What the key is for; empty for a type that this engine does not write. */
    static Optional<Key> readKey(BytesView key) {
        Reader in = new Reader(key);
        short type = in.getShort();
        return switch (type) {
            case OFFSET_KEY -> {
                String group = in.getString();
                String topic = in.getString();
                int partition = in.getInt();
                if (partition < 0) {
                    throw new CorruptionException("An offset's key names partition " + partition + " of " + topic);
                }
                yield Optional.of(new Offset(new OffsetKey(group, new TopicPartition(topic, partition))));
            }
            case GROUP_KEY -> Optional.of(new GroupEpoch(in.getString()));
            default -> Optional.empty();
        };
    }

    /** The committed offset; null for a tombstone. */
    static @Nullable Long readOffsetValue(@Nullable BytesView value) {
        if (value == null) {
            return null;
        }
        Reader in = new Reader(value);
        in.version("offset");
        return in.getLong();
    }

    /** The group's epoch; 0 for a tombstone. */
    static int readGroupValue(@Nullable BytesView value) {
        if (value == null) {
            return 0;
        }
        Reader in = new Reader(value);
        in.version("group");
        return in.getInt();
    }

    private static void putString(String text, BytesWriter out) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > LONGEST_NAME) {
            throw new IllegalArgumentException("A name is at most " + LONGEST_NAME + " bytes, got " + utf8.length);
        }
        out.putShort(utf8.length).putBytes(utf8);
    }

    /** Reads on, never beyond the view. */
    private static final class Reader {
        private final BytesView view;
        private int position;

        Reader(BytesView view) {
            this.view = view;
        }

        short getShort() {
            return view.getShort(advance(Short.BYTES));
        }

        int getInt() {
            return view.getInt(advance(Integer.BYTES));
        }

        long getLong() {
            return view.getLong(advance(Long.BYTES));
        }

        String getString() {
            int length = getShort();
            if (length < 0) {
                throw new CorruptionException(
                        "A record of the offsets partition holds no name where one must be: " + view);
            }
            int start = advance(length);
            return new String(view.array(), view.arrayOffset() + start, length, StandardCharsets.UTF_8);
        }

        void version(String what) {
            short version = getShort();
            if (version < 0) {
                throw new CorruptionException("A value of the offsets partition (" + what + ") has version " + version);
            }
        }

        private int advance(int bytes) {
            if (bytes > view.length() - position) {
                throw new CorruptionException("A record of the offsets partition ends early: " + view);
            }
            int start = position;
            position += bytes;
            return start;
        }
    }
}
