package io.millrace.cli.topics;

import io.millrace.cli.command.UnusableException;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A topic as it is now.
 *
 * @param partitions in their order
 */
record TopicReport(TopicDescription topic, List<Part> partitions) {
    /** One partition. @param bytes of its segments on disk, without indexes */
    record Part(int partition, long start, long end, long lastStable, long bytes) {}

    /** @param directory that of the log, whose partitions lie in directories of their names */
    static TopicReport of(TopicDescription topic, LogAdmin admin, Path directory) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < topic.partitions(); i++) {
            TopicPartition partition = new TopicPartition(topic.name(), i);
            // Another process may write meanwhile: what only rises is read from the lowest up, so that none is beyond
            // the next.
            long start = admin.logStartOffset(partition);
            long lastStable = admin.endOffset(partition, Isolation.READ_COMMITTED);
            long end = admin.endOffset(partition, Isolation.READ_UNCOMMITTED);
            parts.add(new Part(i, start, end, lastStable, bytes(directory.resolve(topic.name() + "-" + i))));
        }
        return new TopicReport(topic, parts);
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

    long offsets() {
        return partitions.stream().mapToLong(part -> part.end() - part.start()).sum();
    }

    long bytes() {
        return partitions.stream().mapToLong(Part::bytes).sum();
    }

    private static long bytes(Path partition) {
        long bytes = 0;
        try (DirectoryStream<Path> segments = Files.newDirectoryStream(partition, "*.log")) {
            for (Path segment : segments) {
                bytes += size(segment);
            }
        } catch (NoSuchFileException e) {
            return 0; // nothing was ever written to it
        } catch (IOException e) {
            throw new UnusableException("The directory " + partition + " cannot be read: " + e.getMessage(), e);
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
