package io.millrace.state;

import java.nio.file.Path;
import java.util.List;

/**
 * A copy of the state of an instance at one moment, in a directory of its own.
 *
 * @param directory that it is in
 * @param logId the log whose state it is: no other can go on from it
 * @param partitions what it holds, each with the changelog position that it stands for; sorted by store and partition
 */
public record StateSnapshot(Path directory, String logId, List<StoredPartition> partitions) {
    public StateSnapshot {
        partitions = List.copyOf(partitions);
    }
}
