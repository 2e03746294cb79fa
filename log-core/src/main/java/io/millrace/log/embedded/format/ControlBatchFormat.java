package io.millrace.log.embedded.format;

import io.millrace.log.CorruptionException;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Markers that end a transaction in a partition: a batch of one record, with the attributes control and transactional and without
 * sequence. Producer id and epoch stand in the batch's header.
 *
 * <table>
 * <caption>The record of a control batch</caption>
 * <tr><th>Part</th><th>Offset</th><th>Type</th><th>Field</th></tr>
 * <tr><td>key</td><td>0</td><td>i16</td><td>version: 0; greater ones are read as 0, negative ones refused</td></tr>
 * <tr><td>key</td><td>2</td><td>i16</td><td>type: 0 abort, 1 commit; others are none of ours and passed over</td></tr>
 * <tr><td>value</td><td>0</td><td>i16</td><td>version: 0; greater ones and longer values are read as 0, negative ones refused</td></tr>
 * <tr><td>value</td><td>2</td><td>i32</td><td>epoch of the coordinator that decided</td></tr>
 * </table>
 */
public final class ControlBatchFormat {
    private static final short VERSION = 0;
    private static final short ABORT_TYPE = 0;
    private static final short COMMIT_TYPE = 1;
    private static final int KEY_SIZE = 4;
    private static final int VALUE_SIZE = 6;
    private static final TopicPartition MARKER = new TopicPartition("control-batch", 0);

    private ControlBatchFormat() {}

    /** What a control batch says. */
    public enum ControlType {
        ABORT,
        COMMIT,
        /** Something that readers of transactions pass over. */
        OTHER
    }

    /**
     * What a control batch says of a transaction.
     *
     * @param coordinatorEpoch −1 when the type is OTHER
     */
    public record Marker(ControlType type, int coordinatorEpoch) {}

    /** A complete marker batch with base offset 0. */
    public static ByteBuffer marker(
            long timestamp, long producerId, short producerEpoch, boolean commit, int coordinatorEpoch) {
        if (producerId < 0 || producerEpoch < 0) {
            throw new IllegalArgumentException(
                    "A marker needs a producer, got id " + producerId + " and epoch " + producerEpoch);
        }
        BytesView key = new BytesWriter(KEY_SIZE)
                .putShort(VERSION)
                .putShort(commit ? COMMIT_TYPE : ABORT_TYPE)
                .viewInto(new BytesView());
        BytesView value = new BytesWriter(VALUE_SIZE)
                .putShort(VERSION)
                .putInt(coordinatorEpoch)
                .viewInto(new BytesView());
        int bodySize = (int) RecordFormat.bodySize(0, 0, key, value, List.of());
        int size = BatchFormat.HEADER_SIZE + RecordFormat.sizeOfVarint(bodySize) + bodySize;
        byte[] array = new byte[size];
        RecordFormat.put(array, BatchFormat.HEADER_SIZE, bodySize, 0, 0, key, value, List.of());
        int attributes = BatchFormat.TRANSACTIONAL | BatchFormat.CONTROL;
        BatchFormat.Fields fields = new BatchFormat.Fields(
                attributes, 0, timestamp, timestamp, producerId, producerEpoch, BatchFormat.NO_SEQUENCE, 1);
        BatchFormat.writeHeader(array, 0, size, fields);
        return ByteBuffer.wrap(array);
    }

    /**
     * Reads a control batch.
     *
     * @throws CorruptionException if its record is none of a control batch
     * @throws IllegalArgumentException if it is no control batch
     */
    public static Marker parse(BatchView batch) {
        if (!batch.isControl()) {
            throw new IllegalArgumentException(
                    "The batch at base offset " + batch.baseOffset() + " is no control batch");
        }
        if (batch.isCompressed()) {
            // Never written by anybody, and whoever reads markers, as recovery does, shall not have to inflate.
            throw new CorruptionException("The marker at offset " + batch.baseOffset() + " is compressed");
        }
        RecordIterator records = batch.records(new RecordIterator(MARKER));
        if (!records.next()) {
            // Compaction keeps the batch for its sequence state when its record is gone.
            return new Marker(ControlType.OTHER, -1);
        }
        ControlType type = typeOf(records.key(), batch);
        if (type == ControlType.OTHER) {
            return new Marker(type, -1);
        }
        BytesView value = records.value();
        if (value == null || value.length() < VALUE_SIZE || value.getShort(0) < 0) {
            throw new CorruptionException("The marker at offset " + batch.baseOffset() + " has the value " + value);
        }
        return new Marker(type, value.getInt(2));
    }

    private static ControlType typeOf(@Nullable BytesView key, BatchView batch) {
        if (key == null || key.length() < KEY_SIZE || key.getShort(0) < 0) {
            throw new CorruptionException("The marker at offset " + batch.baseOffset() + " has the key " + key);
        }
        return switch (key.getShort(2)) {
            case ABORT_TYPE -> ControlType.ABORT;
            case COMMIT_TYPE -> ControlType.COMMIT;
            default -> ControlType.OTHER;
        };
    }
}
