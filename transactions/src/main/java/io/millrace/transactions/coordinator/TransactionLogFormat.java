package io.millrace.transactions.coordinator;

import io.millrace.log.CorruptionException;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys and values of {@code __transaction_state}, in Kafka's schemas, so that its tools print them.
 *
 * <table>
 * <caption>Key: TransactionLogKey, version 0</caption>
 * <tr><th>Type</th><th>Field</th></tr>
 * <tr><td>i16</td><td>version: 0</td></tr>
 * <tr><td>i16, UTF-8</td><td>transactional id, after its length in bytes</td></tr>
 * </table>
 *
 * <table>
 * <caption>Value: TransactionLogValue, version 1 (flexible); no value at all for a forgotten id</caption>
 * <tr><th>Type</th><th>Field</th></tr>
 * <tr><td>i16</td><td>version: 1</td></tr>
 * <tr><td>i64, i16</td><td>producer id, producer epoch</td></tr>
 * <tr><td>i32</td><td>timeout in milliseconds</td></tr>
 * <tr><td>i8</td><td>{@linkplain TransactionState#id state}</td></tr>
 * <tr><td>compact array</td><td>topics: name (compact string), partition numbers (compact array of i32), tagged fields (none)</td></tr>
 * <tr><td>i64</td><td>last update, milliseconds since the epoch</td></tr>
 * <tr><td>i64</td><td>start, milliseconds since the epoch, −1 for none</td></tr>
 * <tr><td>tag 0: i64</td><td>previous producer id, left out when −1: whose transaction was ended last</td></tr>
 * <tr><td>tag 1: i64</td><td>next producer id, left out when −1</td></tr>
 * <tr><td>tag 2: i16</td><td>client transaction version: 2, every end raises the epoch</td></tr>
 * <tr><td>tag 1000: empty</td><td>Millrace's own: the transaction, which is ongoing to Kafka, is {@linkplain TransactionState#PREPARED
 *     prepared}</td></tr>
 * </table>
 *
 * Compact lengths are unsigned varints of the length plus one, 0 for null. Unknown tags are passed over.
 */
final class TransactionLogFormat {
    private static final short KEY_VERSION = 0;
    private static final short VALUE_VERSION = 1;
    private static final int TAG_PREVIOUS_PRODUCER_ID = 0;
    private static final int TAG_NEXT_PRODUCER_ID = 1;
    private static final int TAG_TRANSACTION_VERSION = 2;
    /** Far above Kafka's tags, which count from 0. */
    private static final int TAG_PREPARED = 1000;

    private static final short TRANSACTION_VERSION = 2;

    private TransactionLogFormat() {}

    static BytesView key(String transactionalId) {
        byte[] id = transactionalId.getBytes(StandardCharsets.UTF_8);
        if (id.length > Short.MAX_VALUE) {
            throw new IllegalArgumentException("A transactional id has at most 32767 bytes, got " + id.length);
        }
        return new BytesWriter(Short.BYTES * 2 + id.length)
                .putShort(KEY_VERSION)
                .putShort(id.length)
                .putBytes(id)
                .viewInto(new BytesView());
    }

    static String readKey(BytesView key) {
        Reader in = new Reader(key);
        int version = in.int16();
        if (version != KEY_VERSION) {
            throw new CorruptionException("A key of __transaction_state has the unknown version " + version);
        }
        return in.utf8(in.int16());
    }

    /** Appends the value of a state that is not {@link TransactionState#DEAD}, which is a tombstone. */
    static void writeValue(TransactionMetadata metadata, BytesWriter out) {
        out.putShort(VALUE_VERSION)
                .putLong(metadata.producer().producerId())
                .putShort(metadata.producer().epoch())
                .putInt(metadata.timeoutMillis())
                .putByte(metadata.state().id());
        writePartitions(metadata.partitions(), out);
        out.putLong(metadata.updateMillis()).putLong(metadata.startMillis());
        boolean hasPrevious = metadata.ended().producerId() >= 0;
        boolean hasNext = metadata.nextProducerId() >= 0;
        boolean isPrepared = metadata.state() == TransactionState.PREPARED;
        writeVarint(1 + (hasPrevious ? 1 : 0) + (hasNext ? 1 : 0) + (isPrepared ? 1 : 0), out);
        if (hasPrevious) {
            writeTag(TAG_PREVIOUS_PRODUCER_ID, Long.BYTES, out);
            out.putLong(metadata.ended().producerId());
        }
        if (hasNext) {
            writeTag(TAG_NEXT_PRODUCER_ID, Long.BYTES, out);
            out.putLong(metadata.nextProducerId());
        }
        writeTag(TAG_TRANSACTION_VERSION, Short.BYTES, out);
        out.putShort(TRANSACTION_VERSION);
        if (isPrepared) {
            writeTag(TAG_PREPARED, 0, out);
        }
    }

    /** Reads a value. */
    static TransactionMetadata readValue(BytesView value) {
        Reader in = new Reader(value);
        int version = in.int16();
        if (version != VALUE_VERSION) {
            throw new CorruptionException("A value of __transaction_state has the unknown version " + version);
        }
        ProducerIdentity producer = new ProducerIdentity(in.int64(), in.int16());
        int timeoutMillis = in.int32();
        int stateId = in.int8();
        TransactionState state = TransactionState.ofId(stateId)
                .orElseThrow(() ->
                        new CorruptionException("A value of __transaction_state has the unknown state " + stateId));
        List<TopicPartition> partitions = readPartitions(in);
        long updateMillis = in.int64();
        long startMillis = in.int64();
        long nextProducerId = TransactionMetadata.NO_PRODUCER_ID;
        ProducerIdentity ended = ProducerIdentity.NONE;
        boolean isPrepared = false;
        int tags = in.varint();
        for (int i = 0; i < tags; i++) {
            int tag = in.varint();
            int size = in.varint();
            if (tag == TAG_NEXT_PRODUCER_ID && size == Long.BYTES) {
                nextProducerId = in.int64();
            } else if (tag == TAG_PREVIOUS_PRODUCER_ID && size == Long.BYTES) {
                ended = endedBefore(producer, in.int64());
            } else {
                isPrepared |= tag == TAG_PREPARED;
                in.skip(size);
            }
        }
        return new TransactionMetadata(
                isPrepared && state == TransactionState.ONGOING ? TransactionState.PREPARED : state,
                producer,
                ended,
                nextProducerId,
                timeoutMillis,
                partitions,
                startMillis,
                updateMillis);
    }

    /** The schema has no epoch for it, and needs none: an end raises the epoch by one, or takes another producer id at the last epoch. */
    private static ProducerIdentity endedBefore(ProducerIdentity producer, long previousProducerId) {
        if (previousProducerId < 0) {
            return ProducerIdentity.NONE;
        }
        return previousProducerId == producer.producerId()
                ? new ProducerIdentity(previousProducerId, (short) Math.max(0, producer.epoch() - 1))
                : new ProducerIdentity(previousProducerId, ProducerIdentity.LAST_EPOCH);
    }

    private static void writePartitions(List<TopicPartition> partitions, BytesWriter out) {
        int topics = 0;
        for (int i = 0; i < partitions.size(); i = endOfTopic(partitions, i)) {
            topics++;
        }
        writeVarint(topics + 1, out);
        int i = 0;
        while (i < partitions.size()) {
            int end = endOfTopic(partitions, i);
            byte[] name = partitions.get(i).topic().getBytes(StandardCharsets.UTF_8);
            writeVarint(name.length + 1, out);
            out.putBytes(name);
            writeVarint(end - i + 1, out);
            for (; i < end; i++) {
                out.putInt(partitions.get(i).partition());
            }
            writeVarint(0, out);
        }
    }

    /** Partitions are sorted, so those of one topic stand together. */
    private static int endOfTopic(List<TopicPartition> partitions, int from) {
        String topic = partitions.get(from).topic();
        int end = from + 1;
        while (end < partitions.size() && partitions.get(end).topic().equals(topic)) {
            end++;
        }
        return end;
    }

    private static List<TopicPartition> readPartitions(Reader in) {
        int topics = in.varint() - 1;
        List<TopicPartition> partitions = new ArrayList<>();
        for (int t = 0; t < topics; t++) {
            String topic = in.utf8(in.varint() - 1);
            int count = in.varint() - 1;
            for (int p = 0; p < count; p++) {
                int partition = in.int32();
                if (partition < 0) {
                    throw new CorruptionException(
                            "A value of __transaction_state has partition " + partition + " of " + topic);
                }
                partitions.add(new TopicPartition(topic, partition));
            }
            int tags = in.varint();
            for (int i = 0; i < tags; i++) {
                in.varint();
                in.skip(in.varint());
            }
        }
        return partitions;
    }

    private static void writeTag(int tag, int size, BytesWriter out) {
        writeVarint(tag, out);
        writeVarint(size, out);
    }

    private static void writeVarint(int value, BytesWriter out) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.putByte((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.putByte(rest);
    }

    /** Reads within the view's bounds; every list takes at least a byte an element, so damaged counts end at the value's end. */
    private static final class Reader {
        private final BytesView bytes;
        private int position;

        Reader(BytesView bytes) {
            this.bytes = bytes;
        }

        byte int8() {
            return bytes.getByte(take(Byte.BYTES));
        }

        short int16() {
            return bytes.getShort(take(Short.BYTES));
        }

        int int32() {
            return bytes.getInt(take(Integer.BYTES));
        }

        long int64() {
            return bytes.getLong(take(Long.BYTES));
        }

        int varint() {
            int value = 0;
            for (int shift = 0; shift < 32; shift += 7) {
                int b = int8();
                value |= (b & 0x7f) << shift;
                if (b >= 0) {
                    return value;
                }
            }
            throw new CorruptionException("A record of __transaction_state has a number of more than five bytes");
        }

        String utf8(int length) {
            int start = take(length);
            return new String(bytes.array(), bytes.arrayOffset() + start, length, StandardCharsets.UTF_8);
        }

        void skip(int length) {
            take(length);
        }

        private int take(int length) {
            if (length < 0 || length > bytes.length() - position) {
                throw new CorruptionException("A record of __transaction_state ends at " + bytes.length()
                        + " bytes, a field of " + length + " begins at " + position);
            }
            int start = position;
            position += length;
            return start;
        }
    }
}
