package io.millrace.log.embedded.producer;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.format.BatchFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The bytes of a {@code .snapshot} file: what a partition knows of its producers at an offset, the number in the file's name. Of each
 * producer's window only the last batch is kept.
 *
 * <table>
 * <caption>Producer snapshot, version 1, big-endian</caption>
 * <tr><th>Offset</th><th>Type</th><th>Field</th></tr>
 * <tr><td>0</td><td>i16</td><td>version: 1</td></tr>
 * <tr><td>2</td><td>u32</td><td>CRC-32C of the bytes from 6 to the end</td></tr>
 * <tr><td>6</td><td>i32</td><td>number of entries, 46 bytes each</td></tr>
 * <tr><td>+0</td><td>i64</td><td>producer id</td></tr>
 * <tr><td>+8</td><td>i16</td><td>producer epoch</td></tr>
 * <tr><td>+10</td><td>i32</td><td>last sequence, −1 if there is none</td></tr>
 * <tr><td>+14</td><td>i64</td><td>last offset of the last batch, −1 if there is none</td></tr>
 * <tr><td>+22</td><td>i32</td><td>last offset − base offset of that batch</td></tr>
 * <tr><td>+26</td><td>i64</td><td>last timestamp</td></tr>
 * <tr><td>+34</td><td>i32</td><td>coordinator epoch, −1 if there is none</td></tr>
 * <tr><td>+38</td><td>i64</td><td>first offset of the open transaction, −1 if there is none</td></tr>
 * </table>
 */
public final class ProducerSnapshot {
    private static final short VERSION = 1;
    private static final int CRC = 2;
    private static final int COUNT = 6;
    private static final int HEADER_SIZE = 10;
    private static final int ENTRY_SIZE = 46;

    private ProducerSnapshot() {}

    public static byte[] encode(ProducerStateTable table) {
        List<ProducerState> states = table.inOrder();
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_SIZE + states.size() * ENTRY_SIZE);
        bytes.putShort(VERSION).putInt(0).putInt(states.size());
        for (ProducerState state : states) {
            long lastOffset = state.lastBatchLastOffset();
            int offsetDelta = lastOffset < 0 ? 0 : (int) (lastOffset - state.lastBatchBaseOffset());
            bytes.putLong(state.producerId())
                    .putShort(state.epoch())
                    .putInt(state.lastSequence())
                    .putLong(lastOffset)
                    .putInt(offsetDelta)
                    .putLong(state.lastTimestamp())
                    .putInt(state.coordinatorEpoch())
                    .putLong(state.transactionFirstOffset());
        }
        bytes.putInt(CRC, crcOf(bytes.array()));
        return bytes.array();
    }

    /** @throws CorruptionException if these are not the bytes of a snapshot */
    public static ProducerStateTable decode(byte[] snapshot) {
        ByteBuffer bytes = ByteBuffer.wrap(snapshot);
        if (snapshot.length < HEADER_SIZE) {
            throw new CorruptionException("A producer snapshot is cut off: it has " + snapshot.length + " bytes");
        }
        if (bytes.getShort(0) != VERSION) {
            throw new CorruptionException("A producer snapshot has version " + bytes.getShort(0));
        }
        if (bytes.getInt(CRC) != crcOf(snapshot)) {
            throw new CorruptionException("A producer snapshot's checksum does not match its bytes");
        }
        int count = bytes.getInt(COUNT);
        if (snapshot.length - HEADER_SIZE != (long) count * ENTRY_SIZE) {
            throw new CorruptionException(
                    "A producer snapshot of " + snapshot.length + " bytes declares " + count + " entries");
        }
        List<ProducerState> states = new ArrayList<>(count);
        Set<Long> seen = new HashSet<>();
        bytes.position(HEADER_SIZE);
        for (int i = 0; i < count; i++) {
            ProducerState state = decodeEntry(bytes);
            if (!seen.add(state.producerId())) {
                throw new CorruptionException("A producer snapshot lists producer " + state.producerId() + " twice");
            }
            states.add(state);
        }
        return new ProducerStateTable(states);
    }

    private static ProducerState decodeEntry(ByteBuffer bytes) {
        ProducerState state = new ProducerState(bytes.getLong(), bytes.getShort());
        int lastSequence = bytes.getInt();
        long lastOffset = bytes.getLong();
        int offsetDelta = bytes.getInt();
        if (lastOffset >= 0 && lastSequence != BatchFormat.NO_SEQUENCE) {
            int firstSequence = BatchFormat.addToSequence(lastSequence, -offsetDelta);
            state.addBatch(firstSequence, lastSequence, lastOffset - offsetDelta, lastOffset);
        }
        state.seenAt(bytes.getLong());
        state.coordinatedBy(bytes.getInt());
        long transactionFirstOffset = bytes.getLong();
        if (transactionFirstOffset >= 0) {
            state.beginTransaction(transactionFirstOffset);
        }
        return state;
    }

    private static int crcOf(byte[] snapshot) {
        CRC32C crc = new CRC32C();
        crc.update(snapshot, COUNT, snapshot.length - COUNT);
        return (int) crc.getValue();
    }
}
