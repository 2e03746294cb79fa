package io.millrace.log.embedded.segment;

import io.millrace.log.TopicPartition;
import io.millrace.platform.Storage;

/**
 * Where a partition's segments live, and how their files' names end.
 *
 * @param path of the directory, relative to the storage's root
 * @param topicPartition whose it is, for messages
 * @param indexIntervalBytes how much log lies between two index entries
 * @param ending of all files' names, behind the suffix that says what they hold; empty for those of the log
 */
public record SegmentDirectory(
        Storage storage, String path, TopicPartition topicPartition, int indexIntervalBytes, String ending) {
    /** The path of the file of a segment or snapshot. */
    public String file(long offset, String suffix) {
        return LogFiles.path(path, offset, suffix + ending);
    }

    /** The same directory, for files whose names end in that. */
    public SegmentDirectory endingIn(String newEnding) {
        return new SegmentDirectory(storage, path, topicPartition, indexIntervalBytes, newEnding);
    }

    /** The directory that holds this one; empty for the storage's root. */
    public String parent() {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }
}
