package io.millrace.cli.topics;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.OpenFiles;
import io.millrace.cli.command.UnusableException;
import io.millrace.log.CorruptionException;
import io.millrace.log.EventLog;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.ReadOnlyLog;
import io.millrace.log.embedded.partition.PartitionView;
import io.millrace.log.embedded.segment.LogFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A topic as it is now.
 *
 * @param partitions in their order
 */
record TopicReport(TopicDescription topic, List<Part> partitions) {
    /**
     * One partition.
     *
     * @param bytes of its segments on disk, without indexes
     * @param fault why its offsets are not known; they are 0 then
     */
    record Part(int partition, long start, long end, long lastStable, long bytes, Optional<String> fault) {}

    /** @param directory that of the log, whose partitions lie in directories of their names */
    static TopicReport of(TopicDescription topic, EventLog log, Path directory) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < topic.partitions(); i++) {
            long bytes = bytes(directory.resolve(topic.name() + "-" + i));
            parts.add(part(new TopicPartition(topic.name(), i), log, bytes));
        }
        return new TopicReport(topic, parts);
    }

    private static Part part(TopicPartition partition, EventLog log, long bytes) {
        if (log instanceof ReadOnlyLog followed) {
            return followed(partition, followed, bytes);
        }
        // What only rises is read from the lowest up, so that none is beyond the next.
        long start = log.admin().logStartOffset(partition);
        long lastStable = log.admin().endOffset(partition, Isolation.READ_COMMITTED);
        long end = log.admin().endOffset(partition, Isolation.READ_UNCOMMITTED);
        return new Part(partition.partition(), start, end, lastStable, bytes, Optional.empty());
    }

    /** Another process may write meanwhile, and each question would be a look at its files. */
    private static Part followed(TopicPartition partition, ReadOnlyLog log, long bytes) {
        try {
            PartitionView view = log.partition(partition).refresh();
            if (log.isRefused(partition)) {
                return unknown(
                        partition,
                        view.sizeBytes(),
                        "The log of " + partition + " is damaged, and refused until a repair: 'millrace log verify "
                                + partition + "' shows where");
            }
            return new Part(
                    partition.partition(),
                    view.logStartOffset(),
                    view.endOffset(Isolation.READ_UNCOMMITTED),
                    view.endOffset(Isolation.READ_COMMITTED),
                    view.sizeBytes(),
                    Optional.empty());
        } catch (CorruptionException damaged) {
            return unknown(partition, bytes, String.valueOf(damaged.getMessage()));
        }
    }

    private static Part unknown(TopicPartition partition, long bytes, String fault) {
        return new Part(partition.partition(), 0, 0, 0, bytes, Optional.of(fault));
    }

    /** Why the offsets of some partitions are not known. */
    List<String> faults() {
        return partitions.stream().map(Part::fault).flatMap(Optional::stream).toList();
    }

    /** Says why offsets are missing. @return the exit status */
    static int sayFaults(List<TopicReport> reports, Console console) {
        List<String> faults =
                reports.stream().flatMap(report -> report.faults().stream()).toList();
        faults.forEach(console::say);
        return faults.isEmpty() ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    /** The topic of this name. @throws UnusableException if there is none */
    static TopicDescription require(String name, LogAdmin admin) {
        return admin.describeTopic(name)
                .orElseThrow(() -> new UnusableException(
                        "There is no topic " + name + ". 'millrace topics list' says which there are."));
    }

    /** The same, to be changed. @throws UnusableException if there is none, or it belongs to the log itself */
    static TopicDescription requireUsers(String name, LogAdmin admin) {
        TopicDescription topic = require(name, admin);
        if (topic.internal()) {
            throw new UnusableException(
                    name + " is an internal topic: it belongs to the log itself and stays as it is.");
        }
        return topic;
    }

    /** Empty if those of a partition are not known. */
    OptionalLong offsets() {
        return faults().isEmpty()
                ? OptionalLong.of(partitions.stream()
                        .mapToLong(part -> part.end() - part.start())
                        .sum())
                : OptionalLong.empty();
    }

    long bytes() {
        return partitions.stream().mapToLong(Part::bytes).sum();
    }

    private static long bytes(Path partition) {
        long bytes = 0;
        try (DirectoryStream<Path> segments = Files.newDirectoryStream(partition, "*.log")) {
            for (Path segment : segments) {
                boolean isSegment = LogFiles.offsetOf(segment.getFileName().toString(), LogFiles.LOG)
                        .isPresent();
                bytes += isSegment ? size(segment) : 0;
            }
        } catch (NoSuchFileException e) {
            return 0; // nothing was ever written to it
        } catch (IOException e) {
            throw new UnusableException(
                    "The directory " + partition + " cannot be read: " + e.getMessage() + OpenFiles.advice(e), e);
        }
        return bytes;
    }

    /** Nothing, if retention was faster. */
    private static long size(Path segment) throws IOException {
        try {
            return Files.size(segment);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }
}
