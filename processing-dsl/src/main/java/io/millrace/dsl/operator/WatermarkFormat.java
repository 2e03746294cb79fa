package io.millrace.dsl.operator;

import io.millrace.log.Disposition;
import io.millrace.log.Header;
import io.millrace.log.LogException;
import io.millrace.log.LogRecord;
import io.millrace.serde.BytesReader;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.util.List;
import java.util.Objects;

/**
 * How a task that writes to a topic between two steps says there how far it has come: a record among the others, told apart by its header, which no record of a user
 * goes on with ({@link SentHeaders}). It has a key, so that also a topic that compacts takes it.
 *
 * <pre>
 * where    offset  size  type   field
 * header                        {@link #HEADER}, without a value
 * key           0     4  int32  writer: the number of the task that says it, big-endian
 * value         0     1  uint8  version, 1
 * value         1     1  uint8  1 if all that the task reads is idle, else 0
 * value         2     8  int64  watermark, {@link Watermarks#UNKNOWN} if it knows none, big-endian
 * value        10     8  int64  if all is idle: the event time at which it may have something to write all the same, {@link Watermarks#NEVER} if it has nothing due
 * </pre>
 */
public final class WatermarkFormat {
    public static final String HEADER = "millrace.watermark";

    private static final int VERSION = 1;
    private static final int KEY_BYTES = 4;
    private static final int VALUE_BYTES = 18;
    private static final List<Header> HEADERS = List.of(new Header(HEADER, null));

    private WatermarkFormat() {}

    /**
     * What a task says.
     *
     * @param writer its number
     * @param watermark how far it has come
     * @param isIdle whether all that it reads is idle
     * @param until of an idle one: the event time at which something is due in it or before it, which comes with the clock
     */
    public record Mark(int writer, long watermark, boolean isIdle, long until) {
        /** When the record happened that says it, milliseconds since the epoch. */
        public long timestamp() {
            return Math.max(0, watermark);
        }

        public BytesView key() {
            return new BytesWriter(KEY_BYTES).putInt(writer).viewInto(new BytesView());
        }

        public BytesView value() {
            return new BytesWriter(VALUE_BYTES)
                    .putByte(VERSION)
                    .putByte(isIdle ? 1 : 0)
                    .putLong(watermark)
                    .putLong(until)
                    .viewInto(new BytesView());
        }

        public List<Header> headers() {
            return HEADERS;
        }
    }

    /** Whether a record of a topic between two steps is a mark. Costs a comparison for those with a key of another size. */
    public static boolean isMark(LogRecord record) {
        BytesView key = record.key();
        BytesView value = record.value();
        if (key == null || value == null || key.length() != KEY_BYTES || value.length() < 1) {
            return false;
        }
        return isSaid(record.headers());
    }

    /** Whether these headers are those of a mark. */
    static boolean isSaid(List<Header> headers) {
        return headers.size() == 1 && headers.get(0).name().equals(HEADER);
    }

    /** @throws LogException with STOP if it is of a version that this one does not know */
    public static Mark read(LogRecord mark) {
        BytesReader value = new BytesReader(Objects.requireNonNull(mark.value()));
        int version = value.readUnsignedByte();
        if (version != VERSION) {
            throw new LogException(
                    Disposition.STOP,
                    "The watermark in " + mark.topicPartition() + " at offset " + mark.offset() + " has version "
                            + version + ", and this is " + VERSION
                            + ": a later version of Millrace wrote it; run that one here, too");
        }
        boolean isIdle = value.readUnsignedByte() == 1;
        return new Mark(Objects.requireNonNull(mark.key()).getInt(0), value.readLong(), isIdle, value.readLong());
    }
}
