package io.millrace.log.embedded.group;

import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.format.ControlBatchFormat;
import io.millrace.log.embedded.format.RecordIterator;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.partition.ReadablePartition;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** Writes and replays the records of the offsets partition. Owned by the group coordinator's lock. */
final class OffsetsLog {
    /** Told of every record, in order; the same calls rebuild the tables that live commits make (G4). */
    interface Replay {
        void offset(OffsetKey key, @Nullable Long value, long recordOffset);

        void pendingOffset(long producerId, OffsetKey key, @Nullable Long value, long recordOffset);

        void marker(long producerId, boolean isCommit);

        void groupEpoch(String groupId, int epoch);
    }

    private final PartitionLog log;
    private final InstantSource clock;
    private final BatchBuilder batch = new BatchBuilder(1024);
    private final BytesWriter key = new BytesWriter(64);
    private final BytesWriter value = new BytesWriter(64);
    private final BytesView keyView = new BytesView();
    private final BytesView valueView = new BytesView();

    OffsetsLog(PartitionLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    TopicPartition topicPartition() {
        return log.topicPartition();
    }

    void force() {
        log.force();
    }

    /** Writes one batch of offsets. @return the offset of the first; they follow each other in the map's order */
    long append(String groupId, SortedMap<TopicPartition, Long> offsets) {
        batch.begin(BatchFormat.NO_PRODUCER_ID, BatchFormat.NO_PRODUCER_EPOCH, false);
        return appendOffsets(groupId, offsets);
    }

    /** The same as part of a producer's open transaction. */
    long append(long producerId, short producerEpoch, String groupId, SortedMap<TopicPartition, Long> offsets) {
        batch.begin(producerId, producerEpoch, true);
        return appendOffsets(groupId, offsets);
    }

    private long appendOffsets(String groupId, SortedMap<TopicPartition, Long> offsets) {
        long now = clock.millis();
        for (Map.Entry<TopicPartition, Long> offset : offsets.entrySet()) {
            key.clear();
            GroupRecordFormat.writeOffsetKey(new OffsetKey(groupId, offset.getKey()), key);
            value.clear();
            GroupRecordFormat.writeOffsetValue(offset.getValue(), now, value);
            batch.append(now, key.viewInto(keyView), value.viewInto(valueView), List.of());
        }
        return write();
    }

    /** Writes that nothing is committed for these partitions any more. @return the offset of the first; they follow the set's order */
    long appendTombstones(String groupId, SortedSet<TopicPartition> partitions) {
        batch.begin(BatchFormat.NO_PRODUCER_ID, BatchFormat.NO_PRODUCER_EPOCH, false);
        long now = clock.millis();
        for (TopicPartition partition : partitions) {
            key.clear();
            GroupRecordFormat.writeOffsetKey(new OffsetKey(groupId, partition), key);
            batch.append(now, key.viewInto(keyView), null, List.of());
        }
        return write();
    }

    void appendGroupEpoch(String groupId, int epoch) {
        batch.begin(BatchFormat.NO_PRODUCER_ID, BatchFormat.NO_PRODUCER_EPOCH, false);
        key.clear();
        GroupRecordFormat.writeGroupKey(groupId, key);
        value.clear();
        GroupRecordFormat.writeGroupValue(epoch, value);
        batch.append(clock.millis(), key.viewInto(keyView), value.viewInto(valueView), List.of());
        write();
    }

    private long write() {
        return log.append(batch.finish(BatchFormat.NO_SEQUENCE), AppendOrigin.COORDINATOR)
                .baseOffset();
    }

    /** Reads everything, the undecided included. */
    void replay(Replay replay) {
        replay(log, log.view().logStartOffset(), replay);
    }

    /** The same from an offset on, of a partition that may be followed only. @return the offset behind what was read */
    static long replay(ReadablePartition from, long fromOffset, Replay replay) {
        RecordIterator records = new RecordIterator(from.topicPartition());
        long[] next = {fromOffset};
        from.forEachBatch(fromOffset, view -> {
            replayBatch(view, records, replay);
            next[0] = view.nextOffset();
        });
        return next[0];
    }

    private static void replayBatch(BatchView view, RecordIterator records, Replay replay) {
        if (view.isControl()) {
            switch (ControlBatchFormat.parse(view).type()) {
                case COMMIT -> replay.marker(view.producerId(), true);
                case ABORT -> replay.marker(view.producerId(), false);
                case OTHER -> {}
            }
            return;
        }
        view.records(records);
        while (records.next()) {
            BytesView recordKey = records.key();
            if (recordKey == null) {
                continue;
            }
            GroupRecordFormat.Key parsed = GroupRecordFormat.readKey(recordKey).orElse(null);
            if (parsed instanceof GroupRecordFormat.Offset offset) {
                Long committed = GroupRecordFormat.readOffsetValue(records.value());
                if (view.isTransactional()) {
                    replay.pendingOffset(view.producerId(), offset.key(), committed, records.offset());
                } else {
                    replay.offset(offset.key(), committed, records.offset());
                }
            } else if (parsed instanceof GroupRecordFormat.GroupEpoch group) {
                replay.groupEpoch(group.groupId(), GroupRecordFormat.readGroupValue(records.value()));
            }
        }
    }
}
