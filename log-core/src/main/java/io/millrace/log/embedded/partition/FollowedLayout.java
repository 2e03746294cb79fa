package io.millrace.log.embedded.partition;

import io.millrace.log.embedded.recovery.Checkpoints;
import io.millrace.log.embedded.recovery.LastEnd;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.SegmentSwap;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which files a log consists of, by the names in its directory. Pure.
 *
 * <p>A compaction that is decided ({@code .log.swap}) counts as completed, whether its owner is just about to complete it or died before:
 * the new segment stands in the place of the old ones that it covers. One that no swap was decided for ({@link SegmentSwap#misfit}), which is
 * refused by the next opening, ends the log before its first offset: of what it was to replace, nobody knows what was replaced already.
 *
 * @param places in order
 * @param logStartOffset below which everything is deleted
 * @param recordsStart below which records were deleted on demand
 * @param recoveryPoint below which everything is durable; never below a start: what is durable only is deleted
 * @param lastEnd how the log was left, or would be if whoever has it open were killed: what this promises has to be there, too
 * @param misfit why the log cannot be read behind the places; null if it can
 */
record FollowedLayout(
        List<Place> places,
        long logStartOffset,
        long recordsStart,
        long recoveryPoint,
        LastEnd lastEnd,
        @Nullable String misfit) {
    /**
     * A segment.
     *
     * @param ending of its files' names
     */
    record Place(long baseOffset, String ending) {}

    /** @param swapEnd the offset behind the segment of a swap, by its base offset; −1 if that segment is not what was written */
    static FollowedLayout of(List<String> names, Checkpoints checkpoints, LastEnd lastEnd, LongUnaryOperator swapEnd) {
        long logStartOffset = checkpoints.logStart().written();
        TreeMap<Long, Place> places = new TreeMap<>();
        SortedSet<Long> swaps = new TreeSet<>();
        for (String name : names) {
            LogFiles.offsetOf(name, LogFiles.LOG).ifPresent(base -> places.put(base, new Place(base, "")));
            OptionalLong swap = LogFiles.offsetOf(name, LogFiles.LOG + LogFiles.SWAP);
            swap.ifPresent(swaps::add);
        }
        String misfit = null;
        for (long base : swaps) {
            if (base < logStartOffset) {
                continue;
            }
            long end = swapEnd.applyAsLong(base);
            String fault = end < 0 ? "it is not what was written" : SegmentSwap.misfit(names, base, end);
            if (fault == null) {
                places.subMap(base, end).clear();
                places.put(base, new Place(base, LogFiles.SWAP));
            } else {
                places.tailMap(base).clear();
                misfit = "a segment was about to replace older ones there: " + fault;
                break;
            }
        }
        return new FollowedLayout(
                List.copyOf(places.tailMap(logStartOffset).values()),
                logStartOffset,
                checkpoints.recordsStart().written(),
                checkpoints.durableOffset(),
                lastEnd,
                misfit);
    }

    /** True if there is no batch yet, or none that can be read, or none that survived a power cut: retention deletes below the recovery point only. */
    boolean isEmpty() {
        return places.isEmpty() || places.get(0).baseOffset() > recoveryPoint;
    }

    /** The base offset of the first segment from an offset on; −1 if there is none. */
    long firstFrom(long offset) {
        return places.stream()
                .mapToLong(Place::baseOffset)
                .filter(base -> base >= offset)
                .findFirst()
                .orElse(-1);
    }

    /** The segment from which on nothing but the batches themselves is relied on, as a recovery does. */
    int firstUnchecked() {
        int found = 0;
        while (found + 1 < places.size() && places.get(found + 1).baseOffset() < recoveryPoint) {
            found++;
        }
        return found;
    }

    /** True if an offset lies within a segment, not where another one begins. */
    boolean isInside(int place, long offset) {
        return offset > places.get(place).baseOffset()
                && (place + 1 == places.size() || offset < places.get(place + 1).baseOffset());
    }
}
