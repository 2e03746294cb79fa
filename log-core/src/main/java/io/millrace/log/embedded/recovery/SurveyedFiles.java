package io.millrace.log.embedded.recovery;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.log.embedded.segment.SegmentSwap;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The segments that a partition has, or will have once an opening or a repair has resolved a compaction that was interrupted while it
 * swapped them.
 *
 * @param segments where each one's files are now, by base offset
 * @param badSwaps the base offsets of new segments that are damaged, or that no compaction was about to put there
 */
record SurveyedFiles(TreeMap<Long, SegmentDirectory> segments, List<Long> badSwaps) {
    static SurveyedFiles of(SegmentDirectory directory) {
        List<String> names = directory.storage().list(directory.path());
        SurveyedFiles files = new SurveyedFiles(find(names, directory, LogFiles.LOG), List.of());
        SegmentDirectory swapped = directory.endingIn(LogFiles.SWAP);
        for (long baseOffset :
                find(names, swapped, LogFiles.LOG + LogFiles.SWAP).keySet()) {
            files = files.withSwap(directory, names, baseOffset);
        }
        return files;
    }

    private static TreeMap<Long, SegmentDirectory> find(List<String> names, SegmentDirectory directory, String suffix) {
        TreeMap<Long, SegmentDirectory> found = new TreeMap<>();
        for (String name : names) {
            LogFiles.offsetOf(name, suffix).ifPresent(offset -> found.put(offset, directory));
        }
        return found;
    }

    /** One that is sound will replace the others; of one that is not, those it was to replace are still there, the log's name or another. */
    private SurveyedFiles withSwap(SegmentDirectory directory, List<String> names, long baseOffset) {
        TreeMap<Long, SegmentDirectory> result = new TreeMap<>(segments);
        try {
            long endOffset = SegmentSwap.check(directory, baseOffset);
            result.subMap(baseOffset, endOffset).clear();
            result.put(baseOffset, directory.endingIn(LogFiles.SWAP));
            return new SurveyedFiles(result, badSwaps);
        } catch (CorruptionException damaged) {
            // The first segment keeps its name to the last: where there is none, nothing was taken away for this swap.
            if (segments.containsKey(baseOffset)) {
                SegmentDirectory removed = directory.endingIn(LogFiles.DELETED);
                find(names, removed, LogFiles.LOG + LogFiles.DELETED)
                        .tailMap(baseOffset)
                        .forEach(result::putIfAbsent);
            }
            List<Long> bad = new ArrayList<>(badSwaps);
            bad.add(baseOffset);
            return new SurveyedFiles(result, bad);
        }
    }
}
