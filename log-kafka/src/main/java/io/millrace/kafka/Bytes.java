package io.millrace.kafka;

import io.millrace.log.Header;
import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Records as Kafka's clients take and give them. Pure.
 *
 * <p>Reading copies nothing: a view lies over the client's own buffer, which is the answer of the broker, or the inflated batch. Writing copies once into
 * an array, unless the view is a whole one, and the client copies that into its batch before {@code send} returns.
 */
final class Bytes {
    private Bytes() {}

    /** Gives views of the client's buffers. */
    static final class Reader implements Deserializer<BytesView> {
        @Override
        public BytesView deserialize(String topic, byte[] data) {
            return BytesView.of(data);
        }

        @Override
        public BytesView deserialize(String topic, Headers headers, ByteBuffer data) {
            if (!data.hasArray()) {
                byte[] copy = new byte[data.remaining()];
                data.get(copy);
                return BytesView.of(copy);
            }
            return new BytesView().wrap(data.array(), data.arrayOffset() + data.position(), data.remaining());
        }

        @Override
        public void configure(Map<String, ?> configs, boolean isKey) {
            // Nothing about bytes can be chosen.
        }
    }

    /** Takes arrays as they are. */
    static final class Writer implements Serializer<byte[]> {
        @Override
        public byte @Nullable [] serialize(String topic, byte @Nullable [] data) {
            return data;
        }
    }

    /** The bytes of a view, copied unless it is the whole of its array: the client does not keep what it is given. */
    static byte @Nullable [] of(@Nullable BytesView view) {
        if (view == null) {
            return null;
        }
        byte[] array = view.array();
        return view.arrayOffset() == 0 && view.length() == array.length ? array : view.toByteArray();
    }

    static List<org.apache.kafka.common.header.Header> theirs(List<Header> headers) {
        if (headers.isEmpty()) {
            return List.of();
        }
        List<org.apache.kafka.common.header.Header> theirs = new ArrayList<>(headers.size());
        for (Header header : headers) {
            theirs.add(new RecordHeader(header.name(), of(header.value())));
        }
        return theirs;
    }

    static List<Header> ours(Headers headers) {
        List<Header> ours = new ArrayList<>();
        for (org.apache.kafka.common.header.Header header : headers) {
            byte[] value = header.value();
            ours.add(new Header(header.key(), value == null ? null : BytesView.of(value)));
        }
        return ours;
    }
}
