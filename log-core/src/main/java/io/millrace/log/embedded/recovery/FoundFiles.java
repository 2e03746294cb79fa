package io.millrace.log.embedded.recovery;

import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.log.embedded.segment.SegmentSwap;
import io.millrace.platform.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one partition as an opening finds them: the directory is listed once, since a start may open thousands of them. Owned by one
 * recovery; what that creates is not among them.
 */
final class FoundFiles {
    private static final Logger LOG = LoggerFactory.getLogger(FoundFiles.class);

    private final SegmentDirectory directory;
    private final Storage storage;
    private final Set<String> names;
    /** True once something was removed: then the directory is synced before anything is appended (R4). */
    private boolean removed;

    private FoundFiles(SegmentDirectory directory) {
        this.directory = directory;
        storage = directory.storage();
        names = new TreeSet<>(storage.list(directory.path()));
    }

    /** None if the directory does not exist. */
    static FoundFiles in(SegmentDirectory directory) {
        return new FoundFiles(directory);
    }

    /** The names, sorted; not to be changed. */
    Set<String> names() {
        return names;
    }

    /** The offsets in the names of the files of a kind, rising. */
    List<Long> offsets(String suffix) {
        List<Long> offsets = new ArrayList<>();
        for (String name : names) {
            OptionalLong offset = LogFiles.offsetOf(name, suffix);
            if (offset.isPresent()) {
                offsets.add(offset.getAsLong());
            }
        }
        return offsets;
    }

    /** Deletes or completes what an interrupted change left (R5). */
    void resolveLeftovers(long logStartOffset) {
        boolean swapped = false;
        for (String name : List.copyOf(names)) {
            switch (Leftover.of(name, names, logStartOffset)) {
                case KEEP -> {}
                case DELETE -> {
                    delete(name);
                    removed |= !name.endsWith(LogFiles.TEMPORARY);
                }
                case COMPLETE_SWAP -> {
                    completeSwap(name);
                    swapped = true;
                }
            }
        }
        if (swapped) {
            relist();
        }
    }

    /** To be called when somebody else moved files. */
    void relist() {
        names.clear();
        names.addAll(storage.list(directory.path()));
    }

    private void completeSwap(String name) {
        long baseOffset = LogFiles.offsetOf(name, LogFiles.LOG + LogFiles.SWAP).orElseThrow();
        long endOffset = SegmentSwap.check(directory, baseOffset);
        LOG.info(
                "{}: recovery completes a compaction of offsets {} to {}",
                directory.topicPartition(),
                baseOffset,
                endOffset);
        SegmentSwap.complete(directory, baseOffset, endOffset);
    }

    /** The files of all segments but these. */
    List<String> strays(Set<Long> baseOffsets) {
        List<String> strays = new ArrayList<>();
        for (String name : names) {
            for (String suffix : LogFiles.OF_SEGMENT) {
                OptionalLong baseOffset = LogFiles.offsetOf(name, suffix);
                if (baseOffset.isPresent() && !baseOffsets.contains(baseOffset.getAsLong())) {
                    strays.add(name);
                }
            }
        }
        return strays;
    }

    void delete(List<String> strays) {
        for (String name : strays) {
            delete(name);
            removed = true;
        }
    }

    private void delete(String name) {
        storage.delete(directory.path() + '/' + name);
        names.remove(name);
    }

    /** Notes that something was removed by somebody else. */
    void noteRemoved() {
        removed = true;
    }

    /** Makes what was removed stay so, if anything was. */
    void syncIfRemoved() {
        if (removed) {
            storage.syncDirectory(directory.path());
        }
    }
}
