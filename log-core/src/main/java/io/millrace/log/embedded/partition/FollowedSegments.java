package io.millrace.log.embedded.partition;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.partition.FollowedLayout.Place;
import io.millrace.log.embedded.segment.AbortedTransactionIndex;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import org.jspecify.annotations.Nullable;

/** Opens segments of a log whose owner may be about to put others in their place. */
record FollowedSegments(SegmentDirectory directory) {
    /** A segment that is no longer written. @return null if there is no index of aborted transactions to rely on */
    @Nullable Segment closed(Place place) {
        Storage storage = directory.storage();
        SegmentDirectory files = directory.endingIn(place.ending());
        AbortedTransactionIndex aborted = AbortedTransactionIndex.readIfSound(files, place.baseOffset());
        if (!place.ending().isEmpty() && !storage.exists(files.file(place.baseOffset(), LogFiles.ABORTED_INDEX))) {
            // A swap under way has renamed it already. An older index names all that are in the new segment, and more.
            aborted = AbortedTransactionIndex.readIfSound(directory, place.baseOffset());
        }
        if (aborted == null) {
            return null;
        }
        String swap = directory.file(place.baseOffset(), LogFiles.LOG + LogFiles.SWAP);
        if (place.ending().isEmpty() && storage.exists(swap)) {
            // The index may be that of the compacted segment, which no longer names what the older one still holds.
            // Only a segment that is opened after its swap has ended is sure not to be older than its index.
            throw new StorageException(Kind.NOT_FOUND, swap + " is about to be renamed");
        }
        return Segment.openToRead(files, place.baseOffset(), aborted);
    }

    /** A segment whose batches are all to be checked. */
    Segment toCheck(Place place) {
        SegmentDirectory files = directory.endingIn(place.ending());
        return Segment.openToCheck(files, place.baseOffset());
    }

    /** The offset behind the segment of a swap that is decided and not completed; −1 if it is not what was written. */
    long endOfSwap(long baseOffset) {
        SegmentDirectory swap = directory.endingIn(LogFiles.SWAP);
        try (Segment segment = Segment.openToRead(swap, baseOffset, new AbortedTransactionIndex())) {
            return segment.endOffset();
        } catch (CorruptionException damaged) {
            return -1;
        }
    }

    static String endingOf(Segment segment) {
        return segment.path().endsWith(LogFiles.SWAP) ? LogFiles.SWAP : "";
    }
}
