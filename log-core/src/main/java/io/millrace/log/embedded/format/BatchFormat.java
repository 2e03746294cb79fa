package io.millrace.log.embedded.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The header of a record batch: 61 bytes, big-endian, followed by the records ({@link RecordFormat}). Static access to its fields in a
 * byte array, where {@code at} is the index of the batch's first byte; nothing is checked but the array's bounds.
 *
 * <table>
 * <caption>Record batch, version 2</caption>
 * <tr><th>Offset</th><th>Size</th><th>Type</th><th>Field</th></tr>
 * <tr><td>0</td><td>8</td><td>i64</td><td>base offset: the offset of the first record</td></tr>
 * <tr><td>8</td><td>4</td><td>i32</td><td>length: the number of bytes behind this field</td></tr>
 * <tr><td>12</td><td>4</td><td>i32</td><td>partition leader epoch, −1 where there is none</td></tr>
 * <tr><td>16</td><td>1</td><td>i8</td><td>magic: 2</td></tr>
 * <tr><td>17</td><td>4</td><td>u32</td><td>CRC-32C of the bytes from 21 to the end</td></tr>
 * <tr><td>21</td><td>2</td><td>i16</td><td>attributes: bits 0 to 2 codec, 3 timestamp type, 4 transactional, 5 control, 6 delete horizon</td></tr>
 * <tr><td>23</td><td>4</td><td>i32</td><td>last offset delta: last offset − base offset</td></tr>
 * <tr><td>27</td><td>8</td><td>i64</td><td>base timestamp: deltas count from it (with bit 6: the delete horizon)</td></tr>
 * <tr><td>35</td><td>8</td><td>i64</td><td>max timestamp</td></tr>
 * <tr><td>43</td><td>8</td><td>i64</td><td>producer id, −1 without idempotence</td></tr>
 * <tr><td>51</td><td>2</td><td>i16</td><td>producer epoch, −1 without idempotence</td></tr>
 * <tr><td>53</td><td>4</td><td>i32</td><td>base sequence, −1 without idempotence and in control batches</td></tr>
 * <tr><td>57</td><td>4</td><td>i32</td><td>number of records</td></tr>
 * <tr><td>61</td><td></td><td></td><td>records</td></tr>
 * </table>
 */
public final class BatchFormat {
    public static final int BASE_OFFSET = 0;
    public static final int LENGTH = 8;
    public static final int PARTITION_LEADER_EPOCH = 12;
    public static final int MAGIC = 16;
    public static final int CRC = 17;
    public static final int ATTRIBUTES = 21;
    public static final int LAST_OFFSET_DELTA = 23;
    public static final int BASE_TIMESTAMP = 27;
    public static final int MAX_TIMESTAMP = 35;
    public static final int PRODUCER_ID = 43;
    public static final int PRODUCER_EPOCH = 51;
    public static final int BASE_SEQUENCE = 53;
    public static final int RECORD_COUNT = 57;

    /** Bytes before the first record. */
    public static final int HEADER_SIZE = 61;
    /** Bytes that {@link #sizeInBytes} needs to see: base offset and length. */
    public static final int LOG_OVERHEAD = 12;

    public static final byte MAGIC_V2 = 2;

    public static final int CODEC_MASK = 0x07;
    public static final int LOG_APPEND_TIME = 0x08;
    public static final int TRANSACTIONAL = 0x10;
    public static final int CONTROL = 0x20;
    public static final int DELETE_HORIZON = 0x40;

    public static final long NO_PRODUCER_ID = -1;
    public static final short NO_PRODUCER_EPOCH = -1;
    public static final int NO_SEQUENCE = -1;
    public static final long NO_TIMESTAMP = -1;
    public static final int NO_LEADER_EPOCH = -1;

    private static final VarHandle LONG_FIELD =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT_FIELD = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT_FIELD =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private BatchFormat() {}

    public static long baseOffset(byte[] array, int at) {
        return getLong(array, at + BASE_OFFSET);
    }

    /** Not covered by the checksum: a writer may set it last. */
    public static void setBaseOffset(byte[] array, int at, long offset) {
        LONG_FIELD.set(array, at + BASE_OFFSET, offset);
    }

    /**
     * The size of the whole batch as its length field declares it. Needs {@link #LOG_OVERHEAD} bytes. A value below
     * {@link #HEADER_SIZE} (also negative) means that there is no batch here.
     */
    public static int sizeInBytes(byte[] array, int at) {
        return getInt(array, at + LENGTH) + LOG_OVERHEAD;
    }

    /** Not covered by the checksum: a writer may set it last. */
    public static void setPartitionLeaderEpoch(byte[] array, int at, int epoch) {
        INT_FIELD.set(array, at + PARTITION_LEADER_EPOCH, epoch);
    }

    /** The producer's next sequence after {@code count} records from {@code sequence} on; wraps from {@code Integer.MAX_VALUE} to 0. */
    public static int addToSequence(int sequence, int count) {
        return (sequence + count) & Integer.MAX_VALUE;
    }

    /** CRC-32C as it has to stand in the header of the batch of {@code size} bytes. */
    public static int computeCrc(byte[] array, int at, int size) {
        CRC32C crc = new CRC32C();
        crc.update(array, at + ATTRIBUTES, size - ATTRIBUTES);
        return (int) crc.getValue();
    }

    /** Gives all records of the batch of {@code size} bytes one timestamp, that of their append; the checksum follows. */
    public static void setAppendTime(byte[] array, int at, int size, long timestamp) {
        short attributes = getShort(array, at + ATTRIBUTES);
        SHORT_FIELD.set(array, at + ATTRIBUTES, (short) (attributes | LOG_APPEND_TIME));
        LONG_FIELD.set(array, at + MAX_TIMESTAMP, timestamp);
        INT_FIELD.set(array, at + CRC, computeCrc(array, at, size));
    }

    static byte magic(byte[] array, int at) {
        return array[at + MAGIC];
    }

    static long getLong(byte[] array, int index) {
        return (long) LONG_FIELD.get(array, index);
    }

    static int getInt(byte[] array, int index) {
        return (int) INT_FIELD.get(array, index);
    }

    static void putInt(byte[] array, int index, int value) {
        INT_FIELD.set(array, index, value);
    }

    static short getShort(byte[] array, int index) {
        return (short) SHORT_FIELD.get(array, index);
    }

    /** Everything about a batch that its header says beside sizes and offsets of the records. */
    record Fields(
            int attributes,
            int lastOffsetDelta,
            long baseTimestamp,
            long maxTimestamp,
            long producerId,
            short producerEpoch,
            int baseSequence,
            int recordCount) {}

    /** Writes the header of the batch of {@code size} bytes from {@code at} on, with base offset 0 and the checksum. */
    static void writeHeader(byte[] array, int at, int size, Fields fields) {
        setBaseOffset(array, at, 0);
        INT_FIELD.set(array, at + LENGTH, size - LOG_OVERHEAD);
        setPartitionLeaderEpoch(array, at, NO_LEADER_EPOCH);
        array[at + MAGIC] = MAGIC_V2;
        SHORT_FIELD.set(array, at + ATTRIBUTES, (short) fields.attributes());
        INT_FIELD.set(array, at + LAST_OFFSET_DELTA, fields.lastOffsetDelta());
        LONG_FIELD.set(array, at + BASE_TIMESTAMP, fields.baseTimestamp());
        LONG_FIELD.set(array, at + MAX_TIMESTAMP, fields.maxTimestamp());
        LONG_FIELD.set(array, at + PRODUCER_ID, fields.producerId());
        SHORT_FIELD.set(array, at + PRODUCER_EPOCH, fields.producerEpoch());
        INT_FIELD.set(array, at + BASE_SEQUENCE, fields.baseSequence());
        INT_FIELD.set(array, at + RECORD_COUNT, fields.recordCount());
        INT_FIELD.set(array, at + CRC, computeCrc(array, at, size));
    }
}
