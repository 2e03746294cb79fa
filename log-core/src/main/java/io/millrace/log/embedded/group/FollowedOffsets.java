package io.millrace.log.embedded.group;

import io.millrace.log.Disposition;
import io.millrace.log.GroupDescription;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.partition.ReadablePartition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What groups have committed, as the offsets partition of a log says that another process may own. Safe for use by several threads.
 *
 * <p>Members and what they own are in their coordinator's memory, and not known here.
 */
public final class FollowedOffsets {
    /** Each fails only if the owner replaced segments since the one before. */
    private static final int MOST_ATTEMPTS = 20;

    private static final long UNREAD = -1;

    private final Supplier<@Nullable ReadablePartition> source;
    private CommittedOffsets offsets = new CommittedOffsets();
    private final SortedMap<String, Integer> epochs = new TreeMap<>();
    private long nextOffset;
    /** The layout that was read; with another one, what was folded may be gone from the log, and the fold is made anew. */
    private long layout = UNREAD;

    /** @param source gives the offsets partition, null as long as there is none */
    public FollowedOffsets(Supplier<@Nullable ReadablePartition> source) {
        this.source = source;
    }

    /** Offsets that a group has committed by now, without pending ones. */
    public synchronized SortedMap<TopicPartition, Long> committed(String groupId) {
        catchUp();
        return offsets.committed(groupId);
    }

    /** The partitions of which an open or prepared transaction holds an offset of this group, each with the id of its producer. */
    public synchronized SortedMap<TopicPartition, Long> pending(String groupId) {
        catchUp();
        return offsets.pending(groupId);
    }

    /** The groups that have committed offsets, or some that wait for the end of a transaction. */
    public synchronized SortedSet<String> groups() {
        catchUp();
        return offsets.groups();
    }

    /** The group without what is not known of it; empty if it has no offsets. */
    public synchronized Optional<GroupSnapshot> snapshot(String groupId) {
        catchUp();
        if (!offsets.groups().contains(groupId)) {
            return Optional.empty();
        }
        return Optional.of(new GroupSnapshot(
                groupId,
                GroupDescription.State.EMPTY,
                epochs.getOrDefault(groupId, 0),
                List.of(),
                offsets.committed(groupId),
                offsets.pending(groupId),
                Map.of()));
    }

    private void catchUp() {
        for (int attempt = 1; ; attempt++) {
            try {
                ReadablePartition log = source.get();
                if (log == null || readsOn(log)) {
                    return;
                }
            } catch (LogException changed) {
                layout = UNREAD;
                if (changed.disposition() != Disposition.RETRY || attempt == MOST_ATTEMPTS) {
                    throw changed;
                }
            }
        }
    }

    /** @return false if what was read may not fit together */
    private boolean readsOn(ReadablePartition log) {
        long present = log.view().layout();
        if (layout != present) {
            offsets = new CommittedOffsets();
            epochs.clear();
            nextOffset = log.view().logStartOffset();
            layout = present;
        }
        if (nextOffset < log.view().logEndOffset()) {
            nextOffset = OffsetsLog.replay(log, nextOffset, new Fold());
        }
        return layout == log.view().layout();
    }

    private final class Fold implements OffsetsLog.Replay {
        @Override
        public void offset(OffsetKey key, @Nullable Long value, long recordOffset) {
            offsets.commit(key, value, recordOffset);
        }

        @Override
        public void pendingOffset(long producerId, OffsetKey key, @Nullable Long value, long recordOffset) {
            offsets.commitPending(producerId, key, value, recordOffset);
        }

        @Override
        public void marker(long producerId, boolean isCommit) {
            offsets.complete(producerId, isCommit);
        }

        @Override
        public void groupEpoch(String groupId, int epoch) {
            epochs.put(groupId, epoch);
        }
    }
}
