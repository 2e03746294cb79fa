package io.millrace.log.embedded;

import io.millrace.log.CorruptionException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.recovery.LastEnd;
import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that an opening refused, in a file {@code refused}, each with how it was left before: by that every later opening judges it,
 * until a repair, or until its files are put right (E7). Neither the marker of a clean shutdown nor {@code running} can tell, for they are
 * about the end of a process, and a power cut takes what they say. There is no file when none is refused.
 *
 * <pre>
 * clean topic-0               closed with everything forced
 * whole 4711 topic-1          nothing was missing up to this offset, or before a whole batch
 * unclean topic-2
 * </pre>
 */
final class RefusedPartitions {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedPartitions.class);
    static final String FILE = "refused";
    private static final String KIND = "millrace-refused 1";
    private static final String CLEAN = "clean ";
    private static final String WHOLE = "whole ";
    private static final String UNCLEAN = "unclean ";

    private RefusedPartitions() {}

    /** Those that are refused, and how they were left. A file that is damaged says nothing: no crash can damage it. */
    static SortedMap<TopicPartition, LastEnd> read(Storage storage) {
        SortedMap<TopicPartition, LastEnd> refused = new TreeMap<>();
        try {
            Optional<List<String>> lines = MetaFile.read(storage, FILE, KIND);
            lines.orElse(List.of()).forEach(line -> add(line, refused));
        } catch (CorruptionException | IllegalArgumentException | IndexOutOfBoundsException e) {
            LOG.debug("The file {} in {} is not used", FILE, storage.describe(), e);
            refused.clear();
        } catch (StorageException e) {
            // It went while it was looked at: by then its owner had opened the last one of them.
            if (e.kind() != StorageException.Kind.NOT_FOUND) {
                throw e;
            }
        }
        return refused;
    }

    private static void add(String line, SortedMap<TopicPartition, LastEnd> refused) {
        LastEnd lastEnd;
        if (line.startsWith(CLEAN)) {
            lastEnd = LastEnd.CLEAN;
        } else if (line.startsWith(WHOLE)) {
            lastEnd = LastEnd.killed(Long.parseLong(line.substring(WHOLE.length(), line.indexOf(' ', WHOLE.length()))));
        } else if (line.startsWith(UNCLEAN)) {
            lastEnd = LastEnd.UNCLEAN;
        } else {
            throw new IllegalArgumentException("it holds the line '" + line + "'");
        }
        refused.put(CleanShutdown.partition(line.substring(line.lastIndexOf(' ') + 1)), lastEnd);
    }

    private static String line(TopicPartition partition, LastEnd lastEnd) {
        if (lastEnd.clean()) {
            return CLEAN + partition;
        }
        return lastEnd.withoutHoles() ? WHOLE + lastEnd.soundOffset() + ' ' + partition : UNCLEAN + partition;
    }

    /** Notes that a partition is refused; durable at return. Without room for that, the marker alone tells: it is as it was before. */
    static void add(Storage storage, TopicPartition partition, LastEnd lastEnd) {
        try {
            change(storage, refused -> refused.put(partition, lastEnd));
        } catch (StorageException e) {
            LOG.debug("{} is not written", FILE, e);
        }
    }

    /** A partition was opened, or is about to be repaired. Durable at return. */
    static void remove(Storage storage, TopicPartition partition) {
        change(storage, refused -> refused.remove(partition));
    }

    /** Nothing is to be known any more of a topic's partitions. */
    static void removeTopic(Storage storage, String topic) {
        change(
                storage,
                refused ->
                        refused.keySet().removeIf(partition -> partition.topic().equals(topic)));
    }

    private static void change(Storage storage, Consumer<SortedMap<TopicPartition, LastEnd>> change) {
        SortedMap<TopicPartition, LastEnd> before = read(storage);
        SortedMap<TopicPartition, LastEnd> after = new TreeMap<>(before);
        change.accept(after);
        if (after.equals(before)) {
            return;
        }
        if (after.isEmpty()) {
            MetaFile.delete(storage, FILE);
            return;
        }
        List<String> lines = new ArrayList<>();
        after.forEach((partition, lastEnd) -> lines.add(line(partition, lastEnd)));
        MetaFile.write(storage, FILE, KIND, lines);
    }
}
