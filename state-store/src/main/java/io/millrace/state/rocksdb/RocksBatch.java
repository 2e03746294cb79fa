package io.millrace.state.rocksdb;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.StateBackend;

/**
 * Builds a write batch in RocksDB's own form, so that it crosses into native code once, whatever it holds. Used by the thread that
 * writes.
 *
 * <pre>
 * size   field
 *    8   sequence, little-endian; RocksDB sets it
 *    4   count of records, little-endian
 *        records, each:
 *    1     5 = put, 4 = delete, 14 = delete a range, in a column family
 *    v     number of the column family
 *  v + n   key: length, bytes; of a range, its first
 *  v + n   value: length, bytes; of a range, the first key behind it; none of a delete
 * </pre>
 *
 * {@code v} is a varint of seven bits a byte, the lowest first. A store's key is the partition (4 bytes, big-endian), then the user's key;
 * a position's key is the partition, then the store's name, its value 8 bytes, big-endian;
 * that of the time at which it was used has a zero byte behind the name.
 */
final class RocksBatch implements StateBackend.Batch.Sink {
    private static final int HEADER_SIZE = 12;
    private static final int INITIAL_BYTES = 1 << 16;

    /** A larger batch is rare: its memory is not kept. */
    private static final int MOST_KEPT_BYTES = 8 << 20;

    private static final int COUNT_OFFSET = 8;
    private static final int DELETE = 4;
    private static final int PUT = 5;
    private static final int DELETE_RANGE = 14;

    /** Told in place of a position. */
    static final long DROPPED = -1;

    /** Told of every position in the batch. */
    @FunctionalInterface
    interface PositionListener {
        void position(int store, int partition, long position);
    }

    private final RocksColumns columns;
    private final PositionListener positions;
    private BytesWriter bytes = new BytesWriter(INITIAL_BYTES);
    private int count;

    RocksBatch(RocksColumns columns, PositionListener positions) {
        this.columns = columns;
        this.positions = positions;
    }

    /** The batch, complete; the caller keeps the array. */
    byte[] encode(StateBackend.Batch batch) {
        bytes.clear().putBytes(new byte[HEADER_SIZE]);
        count = 0;
        batch.feed(this);
        byte[] encoded = bytes.toByteArray();
        if (encoded.length > MOST_KEPT_BYTES) {
            bytes = new BytesWriter(INITIAL_BYTES);
        }
        for (int i = 0; i < Integer.BYTES; i++) {
            encoded[COUNT_OFFSET + i] = (byte) (count >>> (Byte.SIZE * i));
        }
        return encoded;
    }

    @Override
    public void put(int store, int partition, BytesView key, BytesView value) {
        record(PUT, columns.id(store), partition, key);
        putVarint(value.length());
        bytes.putBytes(value);
    }

    @Override
    public void delete(int store, int partition, BytesView key) {
        record(DELETE, columns.id(store), partition, key);
    }

    @Override
    public void position(int store, int partition, long position) {
        record(PUT, columns.positionsId(), partition, columns.nameBytes(store));
        putVarint(Long.BYTES);
        bytes.putLong(position);
        positions.position(store, partition, position);
    }

    @Override
    public void used(int store, int partition, long millis) {
        record(PUT, columns.positionsId(), partition, columns.usedBytes(store));
        putVarint(Long.BYTES);
        bytes.putLong(millis);
    }

    @Override
    public void drop(int store, int partition) {
        bytes.putByte(DELETE_RANGE);
        putVarint(columns.id(store));
        putVarint(Integer.BYTES);
        bytes.putInt(partition);
        putVarint(Integer.BYTES);
        bytes.putInt(partition + 1);
        count++;
        record(DELETE, columns.positionsId(), partition, columns.nameBytes(store));
        record(DELETE, columns.positionsId(), partition, columns.usedBytes(store));
        positions.position(store, partition, DROPPED);
    }

    private void record(int type, int column, int partition, BytesView key) {
        bytes.putByte(type);
        putVarint(column);
        putVarint(Integer.BYTES + key.length());
        bytes.putInt(partition);
        bytes.putBytes(key);
        count++;
    }

    private void putVarint(int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            bytes.putByte(rest | 0x80);
            rest >>>= 7;
        }
        bytes.putByte(rest);
    }
}
