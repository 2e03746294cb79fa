package io.millrace.log.embedded.recovery;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.log.embedded.segment.SegmentSwap;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The segments that a partition has, or will have once an opening or a repair has resolved a compaction that was interrupted while it
 * swapped them.
 *
 * @param segments where each one's files are now, by base offset
 * @param badSwap the base offset of a new segment that is damaged; empty if there is none
 */
record SurveyedFiles(TreeMap<Long, SegmentDirectory> segments, OptionalLong badSwap) {
    static SurveyedFiles of(SegmentDirectory directory) {
        List<String> names = directory.storage().list(directory.path());
        SurveyedFiles files = new SurveyedFiles(find(names, directory, LogFiles.LOG), OptionalLong.empty());
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
            return new SurveyedFiles(result, badSwap);
        } catch (CorruptionException damaged) {
            SegmentDirectory removed = directory.endingIn(LogFiles.DELETED);
            find(names, removed, LogFiles.LOG + LogFiles.DELETED)
                    .tailMap(baseOffset)
                    .forEach(result::putIfAbsent);
            return new SurveyedFiles(result, OptionalLong.of(baseOffset));
        }
    }
}
