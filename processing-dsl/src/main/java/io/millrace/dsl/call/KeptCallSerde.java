package io.millrace.dsl.call;

import io.millrace.dsl.call.CallOrigin.Place;
import io.millrace.log.Header;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls that are kept as bytes.
 *
 * <table>
 *   <caption>Big-endian, in this order; a part is a length of 4 bytes and as many bytes, of length −1 if there is none</caption>
 *   <tr><th>size</th><th>field</th></tr>
 *   <tr><td>1</td><td>version, 1</td></tr>
 *   <tr><td>1</td><td>1 if there is a record, else 0</td></tr>
 *   <tr><td>8, 8</td><td>timestamp, watermark</td></tr>
 *   <tr><td>part</td><td>path</td></tr>
 *   <tr><td>4, parts</td><td>number of headers; name and value of each</td></tr>
 *   <tr><td>part, 4, 8, 8</td><td>of the record: topic, partition, offset, timestamp</td></tr>
 *   <tr><td>4, parts</td><td>its headers, as above</td></tr>
 *   <tr><td>part, part</td><td>its key, its value</td></tr>
 *   <tr><td>part, part</td><td>key and value that are called about</td></tr>
 * </table>
 */
public record KeptCallSerde(Serde<Object> key, Serde<Object> value) implements Serde<KeptCall> {
    private static final int VERSION = 1;
    private static final int NONE = -1;

    @Override
    public void write(KeptCall call, BytesWriter out) {
        CallOrigin origin = call.origin();
        Place record = origin.record();
        out.putByte(VERSION).putByte(record == null ? 0 : 1);
        out.putLong(origin.timestamp()).putLong(origin.watermark());
        putText(origin.path(), out);
        putHeaders(origin.headers(), out);
        if (record != null) {
            putText(record.topicPartition().topic(), out);
            out.putInt(record.topicPartition().partition())
                    .putLong(record.offset())
                    .putLong(record.timestamp());
            putHeaders(record.headers(), out);
            putBytes(record.key(), out);
            putBytes(record.value(), out);
        }
        putObject(call.key(), key, out);
        putObject(call.value(), value, out);
    }

    private static void putText(String text, BytesWriter out) {
        putBytes(BytesView.ofUtf8(text), out);
    }

    private static void putHeaders(List<Header> headers, BytesWriter out) {
        out.putInt(headers.size());
        for (Header header : headers) {
            putText(header.name(), out);
            putBytes(header.value(), out);
        }
    }

    private static void putBytes(@Nullable BytesView bytes, BytesWriter out) {
        if (bytes == null) {
            out.putInt(NONE);
        } else {
            out.putInt(bytes.length()).putBytes(bytes);
        }
    }

    private static void putObject(@Nullable Object object, Serde<Object> serde, BytesWriter out) {
        if (object == null) {
            out.putInt(NONE);
        } else {
            BytesWriter bytes = new BytesWriter();
            serde.write(object, bytes);
            putBytes(bytes.viewInto(new BytesView()), out);
        }
    }

    @Override
    public KeptCall read(BytesView in) {
        try {
            return new Reader(in).call();
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new SerdeException(
                    "A call of mapAsync that was kept cannot be read, of " + in.length() + " bytes", e);
        }
    }

    @Override
    public String name() {
        return "kept-call<" + key.name() + "," + value.name() + ">";
    }

    /** Reads one call from front to back. */
    private final class Reader {
        private final BytesView in;
        private int at;

        Reader(BytesView in) {
            this.in = in;
        }

        KeptCall call() {
            int version = in.getUnsignedByte(0);
            if (version != VERSION) {
                throw new IllegalArgumentException("version " + version + " is not known");
            }
            boolean hasRecord = in.getByte(1) != 0;
            at = 2;
            long timestamp = nextLong();
            long watermark = nextLong();
            String path = nextText();
            List<Header> headers = nextHeaders();
            Place record = hasRecord ? nextRecord() : null;
            Object keptKey = nextObject(key);
            Object keptValue = nextObject(value);
            if (at != in.length()) {
                throw new IllegalArgumentException("bytes behind its end");
            }
            return new KeptCall(new CallOrigin(record, timestamp, headers, watermark, path), keptKey, keptValue);
        }

        private Place nextRecord() {
            String topic = nextText();
            int partition = nextInt();
            long offset = nextLong();
            long timestamp = nextLong();
            List<Header> headers = nextHeaders();
            return new Place(new TopicPartition(topic, partition), offset, timestamp, headers, nextCopy(), nextCopy());
        }

        private List<Header> nextHeaders() {
            int count = nextInt();
            List<Header> headers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                headers.add(new Header(nextText(), nextBytes()));
            }
            return List.copyOf(headers);
        }

        private @Nullable Object nextObject(Serde<Object> serde) {
            BytesView bytes = nextBytes();
            return bytes == null ? null : serde.read(bytes);
        }

        private @Nullable BytesView nextCopy() {
            BytesView bytes = nextBytes();
            return bytes == null ? null : bytes.copy();
        }

        private String nextText() {
            BytesView bytes = nextBytes();
            return bytes == null ? "" : new String(bytes.toByteArray(), StandardCharsets.UTF_8);
        }

        private @Nullable BytesView nextBytes() {
            int length = nextInt();
            if (length == NONE) {
                return null;
            }
            BytesView bytes = in.slice(at, length);
            at += length;
            return bytes;
        }

        private int nextInt() {
            int next = in.getInt(at);
            at += Integer.BYTES;
            return next;
        }

        private long nextLong() {
            long next = in.getLong(at);
            at += Long.BYTES;
            return next;
        }
    }
}
