package io.millrace.kafka;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a consumer begins in the partitions that it gets (K4). Owned by the consumer's thread.
 *
 * <p>The committed offset is asked for as a stable one: while an open transaction may still change it, the client waits, since whoever began where the last
 * owner's offset stood would process again what that transaction is about to commit (KAFKA-14196).
 */
final class StartPositions {
    private final Consumer<BytesView, BytesView> client;
    private final ConsumerConfig config;
    private final PartitionOffsets offsets;
    private final Cursors cursors;

    StartPositions(
            Consumer<BytesView, BytesView> client, ConsumerConfig config, PartitionOffsets offsets, Cursors cursors) {
        this.client = client;
        this.config = config;
        this.offsets = offsets;
        this.cursors = cursors;
    }

    /** Gives every partition that has none its place, and checks those that somebody chose. */
    void place() {
        SortedSet<TopicPartition> homeless = cursors.where(cursor -> !cursor.isPlaced());
        if (!homeless.isEmpty()) {
            placeAll(homeless);
        }
        SortedSet<TopicPartition> doubtful = cursors.where(cursor -> !cursor.isVerified());
        if (!doubtful.isEmpty()) {
            offsets.starts(doubtful).forEach((partition, start) -> {
                long position = cursors.require(partition).position();
                if (position < start) {
                    throw deleted(partition, position, start);
                }
                cursors.require(partition).verified();
            });
        }
    }

    private void placeAll(SortedSet<TopicPartition> partitions) {
        Map<TopicPartition, Long> committed = committed(partitions);
        Map<TopicPartition, Long> starts = offsets.starts(partitions);
        Map<TopicPartition, Long> ends = offsets.ends(partitions, Isolation.READ_UNCOMMITTED);
        Map<TopicPartition, Long> places = new HashMap<>();
        for (TopicPartition partition : partitions) {
            places.put(
                    partition,
                    begin(
                            partition,
                            committed.get(partition),
                            starts.getOrDefault(partition, 0L),
                            ends.getOrDefault(partition, 0L)));
        }
        // All or none, so that whoever is told of an error knows that nothing is read yet.
        places.forEach((partition, offset) -> {
            client.seek(Names.theirs(partition), offset);
            KafkaCursor cursor = cursors.require(partition);
            cursor.place(offset, true);
            cursor.committed(committed.getOrDefault(partition, -1L));
        });
    }

    private Map<TopicPartition, Long> committed(SortedSet<TopicPartition> partitions) {
        Map<TopicPartition, Long> committed = new HashMap<>();
        if (config.groupId().isPresent()) {
            Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> found =
                    Waking.awake(() -> client.committed(Names.theirs(partitions)));
            found.forEach((partition, offset) -> {
                if (offset != null) {
                    committed.put(Names.ours(partition), offset.offset());
                }
            });
        }
        return committed;
    }

    private long begin(TopicPartition partition, @Nullable Long committed, long start, long end) {
        if (committed != null && committed > end) {
            throw new LogException(
                    Disposition.STOP,
                    "Group " + config.groupId().orElse("") + " has read " + partition + " up to offset " + committed
                            + ", but the log ends at " + end
                            + ": it lost its end, as after an unclean election of a leader, or the topic is another one of the"
                            + " same name. End all members of the group and reset its offset of this partition");
        }
        if (committed != null && committed >= start) {
            return committed;
        }
        return switch (config.offsetReset()) {
            case EARLIEST -> start;
            case LATEST -> offsets.end(partition, config.isolation());
            case ERROR ->
                throw new LogException(
                        Disposition.STOP,
                        (committed == null
                                        ? "There is no committed offset of " + partition
                                        : "The records of " + partition + " from " + committed
                                                + " on are deleted up to " + start)
                                + ": commit one, or choose EARLIEST or LATEST");
        };
    }

    /** What to say of a position that the broker says is none. */
    LogException outOfRange(TopicPartition partition, long position) {
        long start = offsets.start(partition);
        if (position < start) {
            return deleted(partition, position, start);
        }
        return new LogException(
                Disposition.STOP,
                "Offset " + position + " of " + partition + " does not exist; the log ends at "
                        + offsets.end(partition, Isolation.READ_UNCOMMITTED) + ". Seek to an offset up to that");
    }

    private static LogException deleted(TopicPartition partition, long position, long start) {
        return new LogException(
                Disposition.STOP,
                "Offset " + position + " of " + partition + " was deleted; the log begins at " + start
                        + ". Seek to an offset from there on, or keep records for longer");
    }
}
