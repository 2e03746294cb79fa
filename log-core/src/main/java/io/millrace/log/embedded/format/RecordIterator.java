package io.millrace.log.embedded.format;

import io.millrace.log.CorruptionException;
import io.millrace.log.Header;
import io.millrace.log.LogRecord;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes over the records of a batch; owned by one thread. It is itself the record it stands on, and its key and value are the same two views
 * each time, so a step allocates nothing. Use: {@code batch.records(iterator); while (iterator.next()) …}.
 *
 * <p>A compressed batch is inflated once, when the iterator is pointed at it, into memory of the iterator.
 */
public final class RecordIterator implements LogRecord {
    /** What a batch may inflate to where nobody says otherwise. */
    public static final int MAX_INFLATED_BYTES = 64 << 20;

    private final TopicPartition topicPartition;
    private final int maxInflatedBytes;
    private @Nullable BatchInflater inflater;
    private final BoundedReader reader = new BoundedReader();
    private final BoundedReader headerReader = new BoundedReader();
    private final BytesView keyView = new BytesView();
    private final BytesView valueView = new BytesView();

    private static final byte[] NOTHING = new byte[0];

    private byte[] array = NOTHING;
    private int batchEnd;
    private long baseOffset;
    private int lastOffsetDelta;
    private long baseTimestamp;
    private long appendTime;
    private boolean hasAppendTime;
    private int remainingRecords;

    private int offsetDelta;
    private long timestamp;
    private boolean keyPresent;
    private boolean valuePresent;
    private int headersStart;
    private int headersEnd;
    private @Nullable List<Header> decodedHeaders;

    /** @param topicPartition what {@link #topicPartition} answers and messages name */
    public RecordIterator(TopicPartition topicPartition) {
        this(topicPartition, MAX_INFLATED_BYTES);
    }

    /**
     * @param topicPartition what {@link #topicPartition} answers and messages name
     * @param maxInflatedBytes the most that a compressed batch may inflate to
     */
    public RecordIterator(TopicPartition topicPartition, int maxInflatedBytes) {
        this.topicPartition = topicPartition;
        this.maxInflatedBytes = maxInflatedBytes;
    }

    RecordIterator reset(BatchView batch) {
        int start;
        if (batch.isCompressed() && batch.recordCount() > 0) {
            BatchInflater inflated = inflate(batch);
            array = inflated.array();
            start = 0;
            batchEnd = inflated.length();
        } else {
            array = batch.array();
            start = batch.arrayOffset() + BatchFormat.HEADER_SIZE;
            batchEnd = batch.arrayOffset() + batch.sizeInBytes();
        }
        reader.reset(array, start, batchEnd);
        baseOffset = batch.baseOffset();
        lastOffsetDelta = batch.lastOffsetDelta();
        baseTimestamp = batch.baseTimestamp();
        hasAppendTime = batch.hasLogAppendTime();
        appendTime = batch.maxTimestamp();
        remainingRecords = batch.recordCount();
        offsetDelta = -1;
        return this;
    }

    /** Lets go of the batch's bytes, which may be many: there is no record until the iterator is pointed at another batch. */
    public void release() {
        array = NOTHING;
        remainingRecords = 0;
        decodedHeaders = null;
        reader.reset(NOTHING, 0, 0);
        headerReader.reset(NOTHING, 0, 0);
        keyView.wrap(NOTHING, 0, 0);
        valueView.wrap(NOTHING, 0, 0);
    }

    private BatchInflater inflate(BatchView batch) {
        // What stood here before may be overwritten from now on, also if inflating fails.
        remainingRecords = 0;
        reader.reset(array, 0, 0);
        BatchInflater with = inflater;
        if (with == null) {
            with = new BatchInflater(maxInflatedBytes);
            inflater = with;
        }
        with.inflate(batch, topicPartition);
        return with;
    }

    /**
     * Moves to the next record.
     *
     * @return false behind the last
     * @throws CorruptionException if the bytes are no records
     */
    public boolean next() {
        if (remainingRecords <= 0) {
            if (reader.remaining() != 0) {
                throw corrupt(reader.remaining() + " bytes follow the last record");
            }
            return false;
        }
        int bodySize = reader.presentLength();
        int recordEnd = reader.position() + bodySize;
        reader.move(reader.position(), recordEnd);
        reader.skip(1);
        long timestampDelta = reader.varlong();
        int delta = reader.varint();
        if (delta <= offsetDelta || delta > lastOffsetDelta) {
            throw corrupt("offset delta " + delta + " follows " + offsetDelta + ", the last is " + lastOffsetDelta);
        }
        offsetDelta = delta;
        timestamp = hasAppendTime ? appendTime : baseTimestamp + timestampDelta;
        keyPresent = view(keyView);
        valuePresent = view(valueView);
        headersStart = reader.position();
        headersEnd = recordEnd;
        decodedHeaders = null;
        reader.move(recordEnd, batchEnd);
        remainingRecords--;
        return true;
    }

    private boolean view(BytesView view) {
        int length = reader.nullableLength();
        if (length < 0) {
            return false;
        }
        view.wrap(array, reader.position(), length);
        reader.skip(length);
        return true;
    }

    /** Where the record's bytes are. */
    byte[] array() {
        return array;
    }

    /** Where the record's headers begin, with their count; they end with the record. */
    int headersStart() {
        return headersStart;
    }

    int headersEnd() {
        return headersEnd;
    }

    @Override
    public TopicPartition topicPartition() {
        return topicPartition;
    }

    @Override
    public long offset() {
        return baseOffset + offsetDelta;
    }

    @Override
    public long timestamp() {
        return timestamp;
    }

    @Override
    public @Nullable BytesView key() {
        return keyPresent ? keyView : null;
    }

    @Override
    public @Nullable BytesView value() {
        return valuePresent ? valueView : null;
    }

    @Override
    public List<Header> headers() {
        List<Header> headers = decodedHeaders;
        if (headers == null) {
            headers = decodeHeaders();
            decodedHeaders = headers;
        }
        return headers;
    }

    private List<Header> decodeHeaders() {
        headerReader.reset(array, headersStart, headersEnd);
        int count = headerReader.presentLength();
        List<Header> headers = List.of();
        if (count > 0) {
            headers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                headers.add(decodeHeader());
            }
            headers = List.copyOf(headers);
        }
        if (headerReader.remaining() != 0) {
            throw corrupt(headerReader.remaining() + " bytes follow the headers of offset " + offset());
        }
        return headers;
    }

    private Header decodeHeader() {
        int nameLength = headerReader.presentLength();
        String name = new String(array, headerReader.position(), nameLength, StandardCharsets.UTF_8);
        headerReader.skip(nameLength);
        int valueLength = headerReader.nullableLength();
        if (valueLength < 0) {
            return new Header(name, null);
        }
        BytesView value = new BytesView().wrap(array, headerReader.position(), valueLength);
        headerReader.skip(valueLength);
        return new Header(name, value);
    }

    private CorruptionException corrupt(String what) {
        return new CorruptionException("The batch of " + topicPartition + " at base offset " + baseOffset
                + " holds what is no record: " + what);
    }
}
