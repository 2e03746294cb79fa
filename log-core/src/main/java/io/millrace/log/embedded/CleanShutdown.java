package io.millrace.log.embedded;

import io.millrace.log.TopicPartition;
import io.millrace.platform.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The clean-shutdown marker (E3): says which partitions need no recovery. Partitions are opened when first used, so one that nobody used
 * since a crash still needs its recovery, however cleanly the log was closed since: the marker names these.
 */
final class CleanShutdown {
    private static final String FILE = "clean-shutdown";
    private static final String KIND = "millrace-clean-shutdown 1";

    private CleanShutdown() {}

    /**
     * Reads the marker and removes it, so that whatever comes now counts as unclean until the next {@link #write} (KAFKA-10101).
     *
     * @param existing all partitions that exist
     * @return those that need recovery
     */
    static SortedSet<TopicPartition> take(Storage storage, SortedSet<TopicPartition> existing) {
        Optional<List<String>> lines = MetaFile.read(storage, FILE, KIND);
        MetaFile.delete(storage, FILE);
        if (lines.isEmpty()) {
            return new TreeSet<>(existing);
        }
        SortedSet<TopicPartition> unclean = new TreeSet<>();
        for (String line : lines.get()) {
            int dash = line.lastIndexOf('-');
            try {
                unclean.add(new TopicPartition(line.substring(0, dash), Integer.parseInt(line.substring(dash + 1))));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw MetaFile.damaged(storage, FILE, "it holds the line '" + line + "' (" + e.getMessage() + ")");
            }
        }
        return unclean;
    }

    static void write(Storage storage, SortedSet<TopicPartition> unclean) {
        List<String> lines = new ArrayList<>();
        unclean.forEach(partition -> lines.add(partition.toString()));
        MetaFile.write(storage, FILE, KIND, lines);
    }
}
