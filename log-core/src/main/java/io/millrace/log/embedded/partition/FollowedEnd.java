package io.millrace.log.embedded.partition;

import io.millrace.log.embedded.partition.BrokenEnd.Cause;
import io.millrace.log.embedded.partition.FollowedLayout.Place;
import io.millrace.log.embedded.recovery.WholeBatch;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Whether a followed log may end where its files say, by what was written for good and by what stands behind (W10). Owned by {@link FollowedFiles}. */
final class FollowedEnd {
    private final SegmentDirectory directory;
    private FollowedLayout layout;
    /** What is wrong with what stands at the end; null if nothing stands there. */
    private @Nullable String fault;

    private @Nullable BrokenEnd broken;

    FollowedEnd(SegmentDirectory directory, FollowedLayout layout) {
        this.directory = directory;
        this.layout = layout;
    }

    /** Which files there are now, and what is known of them. */
    void learn(FollowedLayout present) {
        layout = present;
    }

    /** What is wrong with the end, if the log may not end there, as it does. */
    @Nullable BrokenEnd broken() {
        return broken;
    }

    /** What is wrong with it has to be found anew. */
    void forget() {
        broken = null;
    }

    /** True if what stands behind a segment is not to be read, for it may have been replaced. */
    boolean isAtMisfit(Segment segment) {
        return layout.misfit() != null && next(segment) < 0;
    }

    /**
     * Takes the end as it is now.
     *
     * @param last the last segment that could be read on into
     * @param faultThere what is wrong with what stands at the end; null if nothing stands there
     */
    void judge(Segment last, @Nullable String faultThere) {
        fault = faultThere;
        long end = last.nextOffset();
        boolean isMissing = fault == null && !isMisplaced(last);
        broken = (isMissing && isAtMisfit(last)) || layout.lastEnd().promises(end, isMissing, layout.recoveryPoint())
                ? new BrokenEnd(end, damage(whatIsThere(last)), Math.max(end + 1, soundOffset()), Cause.PROMISED)
                : null;
    }

    /**
     * Looks for whole batches behind the end: where the end of a process is all that can have come between, they tell that the end is a hole.
     * What an owner does meanwhile looks the same, once: it takes two looks to tell.
     */
    void lookBehind(Segment last) {
        boolean isAll = fault == null && !isMisplaced(last);
        if (broken != null || isAll || !layout.lastEnd().withoutHoles()) {
            return;
        }
        TreeMap<Long, SegmentDirectory> files = new TreeMap<>();
        for (Place place : layout.places()) {
            if (place.baseOffset() >= last.baseOffset()) {
                files.put(place.baseOffset(), directory.endingIn(place.ending()));
            }
        }
        long end = last.nextOffset();
        WholeBatch behind = WholeBatch.firstFrom(files, last.sizeBytes(), end);
        if (behind != null) {
            Cause cause = behind.isAt(last, end) ? Cause.CHANGED : Cause.HOLE;
            long knownEnd = WholeBatch.endIn(files, last.sizeBytes(), end);
            broken = new BrokenEnd(
                    end,
                    damage(whatIsThere(last), behind.whyNothingIsMissing(layout.lastEnd())),
                    Math.max(end + 1, knownEnd),
                    cause);
        }
    }

    private boolean isMisplaced(Segment last) {
        long next = next(last);
        return next >= 0 && next != last.nextOffset();
    }

    /** Where the file begins that comes next by its name; −1 if there is none. */
    private long next(Segment last) {
        return layout.firstFrom(last.baseOffset() + 1);
    }

    private String promise() {
        return soundOffset() == 0
                ? "its last shutdown was clean"
                : "everything below offset " + soundOffset() + " was written for good";
    }

    private long soundOffset() {
        return layout.lastEnd().soundOffset(layout.recoveryPoint());
    }

    private String whatIsThere(Segment last) {
        String behind = layout.misfit() == null ? "the log ends here" : layout.misfit();
        String missing = isMisplaced(last) ? "the next segment begins at offset " + next(last) : behind;
        return "offset " + last.nextOffset() + " is expected, " + (fault == null ? missing : fault);
    }

    /** The message for something that is not as it was written for good. */
    String damage(String what) {
        return damage(what, promise());
    }

    private String damage(String what, String yet) {
        return "The log of " + directory.topicPartition() + " is damaged: " + what + "; yet " + yet
                + ". Nothing behind it is read. " + LogFiles.advice(directory.storage());
    }
}
