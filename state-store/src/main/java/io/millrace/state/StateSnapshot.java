package io.millrace.state;

import java.nio.file.Path;
import java.util.List;

/**
 * A copy of the state of an instance at one moment, in a directory of its own.
 *
 * @param directory that it is in
 * @param logId the log whose state it is: no other can go on from it
 * @param partitions those that were open when it was asked for, each with the changelog position that it stands for; sorted by store and
 *     partition. Of others that had moved away there may be older copies in its files: they stand behind, and are brought up by whoever opens them
 */
public record StateSnapshot(Path directory, String logId, List<StoredPartition> partitions) {
    public StateSnapshot {
        partitions = List.copyOf(partitions);
    }
}
