package io.millrace.cli.log;

import io.millrace.cli.command.Output;
import io.millrace.log.Compression.Codec;
import io.millrace.log.Header;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.format.ControlBatchFormat;
import io.millrace.log.embedded.format.RecordIterator;
import io.millrace.log.embedded.group.OffsetsRecordText;
import io.millrace.log.embedded.recovery.WholeBatch;
import io.millrace.log.embedded.segment.AbortedTransactionIndex;
import io.millrace.log.embedded.segment.BatchScanner;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.serde.BytesView;
import io.millrace.transactions.coordinator.TransactionRecordText;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints what is in segments, batch by batch. Owned by one thread. */
final class SegmentDump {
    private static final String OFFSETS = "__consumer_offsets";
    private static final String TRANSACTIONS = "__transaction_state";

    private final OffsetRange range;
    private final boolean withRecords;
    private final DumpLine line;
    private final Output out;

    SegmentDump(OffsetRange range, boolean withRecords, DumpLine line, Output out) {
        this.range = range;
        this.withRecords = withRecords;
        this.out = out;
        this.line = line;
    }

    /** @return false if it is damaged somewhere, which is printed in its place; what stands whole behind that is printed, too */
    boolean print(SegmentDirectory directory, long baseOffset) {
        RecordIterator records = new RecordIterator(directory.topicPartition());
        boolean isWhole = true;
        long expectedOffset = baseOffset;
        try (Segment segment = Segment.openToRead(directory, baseOffset, new AbortedTransactionIndex())) {
            BatchScanner scanner = new BatchScanner(segment, 0, segment.sizeBytes()).allowingHoles();
            while (scanner != null) {
                while (scanner.next()) {
                    BatchView batch = scanner.batch();
                    expectedOffset = batch.nextOffset();
                    if (range.overlaps(batch.baseOffset(), batch.lastOffset())) {
                        print(batch, scanner.position(), records, directory.topicPartition());
                    }
                }
                isWhole &= scanner.fault() == null;
                scanner = behindFault(scanner, segment, new TreeMap<>(Map.of(baseOffset, directory)), expectedOffset);
            }
        }
        return isWhole;
    }

    /** Prints what is wrong there. @return a scanner of what stands whole behind it; null if nothing does */
    private @Nullable BatchScanner behindFault(
            BatchScanner scanner, Segment segment, TreeMap<Long, SegmentDirectory> file, long expectedOffset) {
        String fault = scanner.fault();
        if (fault == null) {
            return null;
        }
        line.begin("")
                .put("file", segment.path())
                .put("position", scanner.position())
                .put("valid", false)
                .put("fault", fault)
                .print(out);
        WholeBatch behind = WholeBatch.firstFrom(file, scanner.position(), expectedOffset);
        return behind == null
                ? null
                : new BatchScanner(segment, behind.position(), segment.sizeBytes()).allowingHoles();
    }

    private void print(BatchView batch, long position, RecordIterator records, TopicPartition partition) {
        line.begin("")
                .put("baseOffset", batch.baseOffset())
                .put("lastOffset", batch.lastOffset())
                .put("count", batch.recordCount())
                .put("baseSequence", batch.baseSequence())
                .put("lastSequence", batch.lastSequence())
                .put("producerId", batch.producerId())
                .put("producerEpoch", batch.producerEpoch())
                .put("partitionLeaderEpoch", batch.partitionLeaderEpoch())
                .put("isTransactional", batch.isTransactional())
                .put("isControl", batch.isControl())
                .put("position", position)
                .put("maxTimestamp", batch.maxTimestamp())
                .put("size", batch.sizeInBytes())
                .put("compression", codecOf(batch))
                .put("crc", Integer.toUnsignedLong(batch.crc()))
                .put("valid", true);
        if (batch.isControl()) {
            ControlBatchFormat.Marker marker = ControlBatchFormat.parse(batch);
            line.put("marker", marker.type().name().toLowerCase(Locale.ROOT))
                    .put("coordinatorEpoch", marker.coordinatorEpoch());
        }
        line.print(out);
        if (withRecords && !batch.isControl()) {
            printRecords(batch.records(records), partition);
        }
    }

    private void printRecords(RecordIterator records, TopicPartition partition) {
        while (records.next()) {
            if (!range.overlaps(records.offset(), records.offset())) {
                continue;
            }
            line.begin("  ").put("offset", records.offset()).put("timestamp", records.timestamp());
            String meaning = meaningOf(records, partition.topic());
            if (meaning.isEmpty()) {
                line.putFields(records);
            } else {
                line.put("says", meaning);
            }
            if (!records.headers().isEmpty()) {
                line.put(
                        "headers",
                        records.headers().stream().map(SegmentDump::text).collect(Collectors.joining(",")));
            }
            line.print(out);
        }
    }

    /** Of a record of an internal topic; empty for others, and for what is no such record, which is then printed as it is. */
    private static String meaningOf(RecordIterator records, String topic) {
        try {
            return switch (topic) {
                case OFFSETS -> OffsetsRecordText.describe(records.key(), records.value());
                case TRANSACTIONS -> TransactionRecordText.describe(records.key(), records.value());
                default -> "";
            };
        } catch (LogException notOurs) {
            return "";
        }
    }

    private static String text(Header header) {
        BytesView value = header.value();
        return value == null ? header.name() : header.name() + "=" + value.toUtf8();
    }

    private static String codecOf(BatchView batch) {
        Codec[] codecs = Codec.values();
        return batch.codec() < codecs.length
                ? codecs[batch.codec()].name().toLowerCase(Locale.ROOT)
                : "codec " + batch.codec();
    }
}
