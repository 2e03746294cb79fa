package io.millrace.log.embedded;

import io.millrace.log.TopicPartition;
import io.millrace.platform.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The clean-shutdown marker (E3): says which partitions need no recovery, and which hold no open transaction. Partitions are opened when
 * first used, so one that nobody used since a crash still needs its recovery, however cleanly the log was closed since: the marker names
 * these, and those in which a transaction is open.
 *
 * <p>A line of the file is {@code unclean} or {@code undecided}, a space, and the partition.
 */
final class CleanShutdown {
    private static final String FILE = "clean-shutdown";
    private static final String KIND = "millrace-clean-shutdown 2";
    private static final String UNCLEAN = "unclean ";
    private static final String UNDECIDED = "undecided ";

    private CleanShutdown() {}

    /**
     * What is known of partitions that are not open.
     *
     * @param unclean those that need recovery; nothing is known of their transactions
     * @param undecided those of the others in which a transaction is open
     */
    record State(SortedSet<TopicPartition> unclean, SortedSet<TopicPartition> undecided) {
        /** Groups and transactions are kept there: if that may lose its end, no other partition is as it was left to be. */
        boolean hasUncleanInternal() {
            return unclean.stream().anyMatch(partition -> TopicName.isInternal(partition.topic()));
        }
    }

    /**
     * Reads the marker and removes it, so that whatever comes now counts as unclean until the next {@link #write} (KAFKA-10101).
     *
     * @param existing all partitions that exist
     */
    static State take(Storage storage, SortedSet<TopicPartition> existing) {
        Optional<List<String>> lines = MetaFile.read(storage, FILE, KIND);
        MetaFile.delete(storage, FILE);
        if (lines.isEmpty()) {
            return new State(new TreeSet<>(existing), new TreeSet<>());
        }
        State state = new State(new TreeSet<>(), new TreeSet<>());
        for (String line : lines.get()) {
            if (line.startsWith(UNCLEAN)) {
                state.unclean().add(parse(storage, line, UNCLEAN));
            } else {
                state.undecided().add(parse(storage, line, UNDECIDED));
            }
        }
        return state;
    }

    private static TopicPartition parse(Storage storage, String line, String prefix) {
        int dash = line.lastIndexOf('-');
        try {
            String topic = line.substring(prefix.length(), dash);
            if (!line.startsWith(prefix)) {
                throw new IllegalArgumentException("no such word is known");
            }
            return new TopicPartition(topic, Integer.parseInt(line.substring(dash + 1)));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw MetaFile.damaged(storage, FILE, "it holds the line '" + line + "' (" + e.getMessage() + ")");
        }
    }

    static void write(Storage storage, State state) {
        List<String> lines = new ArrayList<>();
        state.unclean().forEach(partition -> lines.add(UNCLEAN + partition));
        state.undecided().forEach(partition -> lines.add(UNDECIDED + partition));
        MetaFile.write(storage, FILE, KIND, lines);
    }
}
