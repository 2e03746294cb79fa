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
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clean-shutdown marker (E3): says which partitions need no recovery, and which hold no open transaction. Partitions are opened when
 * first used, so one that nobody used since a crash still needs its recovery, however cleanly the log was closed since: the marker names
 * these, and those in which a transaction is open.
 *
 * <p>It also names the partitions whose end was written and not forced, with the log end offset, and the run of the operating system in which
 * that was so. In the same run, all of it is there, whatever became of the process. In another one, a power cut may have taken any part of it
 * in between: then these partitions count as unclean. The same holds for those that a killed process left, and that nobody opened since.
 *
 * <p>While the log is open there is no marker, but a file {@code running} of the same form: it names the run of the system, the partitions
 * that were unclean then and that nobody has opened since, and the ends that were not forced. If the process is killed, the others are killed, not unclean: all that was written
 * is there, but for the last write, and that came behind such an end. It need not be durable, for it says nothing after a power cut.
 *
 * <p>What either says of a partition that an opening refused does not count: see {@link RefusedPartitions}.
 *
 * <pre>
 * system id                   the run of the operating system, if it tells
 * unclean topic-0
 * killed topic-3
 * undecided topic-1
 * unforced 4711 topic-2       the log end offset, and the partition; one that is killed, too, may have got more since
 * </pre>
 */
final class CleanShutdown {
    private static final Logger LOG = LoggerFactory.getLogger(CleanShutdown.class);
    private static final String FILE = "clean-shutdown";
    private static final String KIND = "millrace-clean-shutdown 4";
    private static final String RUNNING = "running";
    private static final String RUNNING_KIND = "millrace-running 1";
    private static final String KILLED = "killed ";
    private static final String UNCLEAN = "unclean ";
    private static final String UNDECIDED = "undecided ";
    private static final String UNFORCED = "unforced ";
    private static final String SYSTEM = "system ";

    private CleanShutdown() {}

    /**
     * What is known of partitions that are not open.
     *
     * @param unclean those that need recovery; nothing is known of their transactions
     * @param killed the same, and the system has run on since they were written
     * @param undecided those of the others in which a transaction is open
     * @param unforced those that were closed without forcing their end, and their log end offset. All of it is there, also where the next
     *     process that could open it was killed
     * @param refused those that an opening refused, and how they were left before: whatever else is known of them, that is what counts
     */
    record State(
            SortedSet<TopicPartition> unclean,
            SortedSet<TopicPartition> killed,
            SortedSet<TopicPartition> undecided,
            SortedMap<TopicPartition, Long> unforced,
            SortedMap<TopicPartition, LastEnd> refused) {
        State() {
            this(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new TreeMap<>(), new TreeMap<>());
        }

        /** A partition is open: what it is like, it tells itself. */
        void opened(TopicPartition partition) {
            unclean.remove(partition);
            killed.remove(partition);
            undecided.remove(partition);
            unforced.remove(partition);
            refused.remove(partition);
        }

        /** Nothing is known of a partition from now on. */
        void mark(TopicPartition partition) {
            opened(partition);
            unclean.add(partition);
        }

        /** Nothing is to be known any more of a topic's partitions. */
        void forget(String topic) {
            unclean.removeIf(partition -> partition.topic().equals(topic));
            killed.removeIf(partition -> partition.topic().equals(topic));
            undecided.removeIf(partition -> partition.topic().equals(topic));
            unforced.keySet().removeIf(partition -> partition.topic().equals(topic));
            refused.keySet().removeIf(partition -> partition.topic().equals(topic));
        }

        /** How a partition was left. */
        LastEnd lastEnd(TopicPartition partition) {
            LastEnd before = refused.get(partition);
            if (before != null) {
                return before;
            }
            if (unclean.contains(partition)) {
                return LastEnd.UNCLEAN;
            }
            Long endOffset = unforced.get(partition);
            if (killed.contains(partition)) {
                return endOffset == null ? LastEnd.KILLED : LastEnd.killed(endOffset);
            }
            return endOffset == null ? LastEnd.CLEAN : LastEnd.unforced(endOffset);
        }

        /** How a kill leaves a partition, if this is what was known when the process began: the partitions that it found whole, it may have written to. */
        LastEnd endWhileRunning(TopicPartition partition) {
            return unclean.contains(partition) ? LastEnd.UNCLEAN : LastEnd.killed(unforced.getOrDefault(partition, 0L));
        }

        /** Groups and transactions are kept there: if that may lose its end, no other partition is as it was left to be. */
        boolean hasUncleanInternal() {
            return Stream.concat(unclean.stream(), killed.stream())
                    .anyMatch(partition -> TopicName.isInternal(partition.topic()));
        }
    }

    /**
     * Reads the marker and removes it, so that whatever comes now counts as killed or unclean until the next {@link #write} (KAFKA-10101).
     *
     * @param existing all partitions that exist
     */
    static State take(Storage storage, SortedSet<TopicPartition> existing) {
        State state = read(storage, existing);
        // Before: what it says is asked for once the marker is gone.
        noteRunning(storage, state);
        MetaFile.delete(storage, FILE);
        return state;
    }

    /** Notes which partitions are not known to be whole while the log is open, and how far others are. Without room for that, none is: a log opens on a full disk. */
    static void noteRunning(Storage storage, State state) {
        List<String> lines = new ArrayList<>();
        storage.systemRun().ifPresent(id -> lines.add(SYSTEM + id));
        state.unclean().forEach(partition -> lines.add(UNCLEAN + partition));
        state.unforced().forEach((partition, endOffset) -> lines.add(UNFORCED + endOffset + ' ' + partition));
        noteRunning(storage, lines);
    }

    /** Nothing is to be known any more of a topic's partitions: another topic of the name has nothing of what this one had. */
    static void forgetRunning(Storage storage, String topic) {
        forgetRunning(storage, line -> isOf(topic, line));
    }

    /**
     * A partition that was unclean is open, and so cut where its first hole was: from now on there is none, as long as the system runs on. Who reads
     * it beside the owner, and the next opening, if the owner is killed, take a hole for damage then, and not for the log's end.
     */
    static void noteWhole(Storage storage, TopicPartition partition) {
        forgetRunning(storage, line -> line.equals(UNCLEAN + partition));
    }

    private static void forgetRunning(Storage storage, Predicate<String> isForgotten) {
        try {
            Optional<List<String>> lines = MetaFile.read(storage, RUNNING, RUNNING_KIND);
            List<String> known = lines.orElse(List.of());
            List<String> left = known.stream().filter(isForgotten.negate()).toList();
            if (left.size() < known.size()) {
                noteRunning(storage, left);
            }
        } catch (CorruptionException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // Nobody uses it as it is.
            LOG.debug("The file {} in {} is not changed", RUNNING, storage.describe(), e);
        } catch (StorageException e) {
            LOG.debug("{} is not read", RUNNING, e);
            storage.delete(RUNNING);
        }
    }

    private static boolean isOf(String topic, String line) {
        return !line.startsWith(SYSTEM)
                && partition(line.substring(line.lastIndexOf(' ') + 1)).topic().equals(topic);
    }

    private static void noteRunning(Storage storage, List<String> lines) {
        try {
            MetaFile.writeUnforced(storage, RUNNING, RUNNING_KIND, lines);
        } catch (StorageException e) {
            LOG.debug("{} is not written", RUNNING, e);
            storage.delete(RUNNING);
        }
    }

    /** What the marker says. Without one, and with a damaged one, all partitions need recovery: that loses nothing but time. */
    static State read(Storage storage, SortedSet<TopicPartition> existing) {
        return read(storage, existing, () -> warnOfDamage(storage));
    }

    /** That the marker is damaged; for an opening to tell once. */
    static void warnOfDamage(Storage storage) {
        LOG.warn(
                "The file {} in {} is damaged and not used. Nothing has to be done, and nothing is lost: each partition is recovered when"
                        + " it is opened, as after a power cut, which takes a little longer",
                FILE,
                storage.describe());
    }

    /** The same for who asks often. @param ifDamaged told each time when the marker is not what was written */
    static State read(Storage storage, SortedSet<TopicPartition> existing, Runnable ifDamaged) {
        State state = readEnds(storage, existing, ifDamaged);
        state.refused().putAll(RefusedPartitions.read(storage));
        return state;
    }

    private static State readEnds(Storage storage, SortedSet<TopicPartition> existing, Runnable ifDamaged) {
        try {
            Optional<State> found = find(storage);
            if (found.isPresent()) {
                return found.get();
            }
        } catch (CorruptionException | IllegalArgumentException | IndexOutOfBoundsException e) {
            ifDamaged.run();
            LOG.debug("The file {} in {}", FILE, storage.describe(), e);
        }
        State left = new State();
        Optional<State> running = findRunning(storage);
        for (TopicPartition partition : existing) {
            LastEnd end = running.map(found -> found.endWhileRunning(partition)).orElse(LastEnd.UNCLEAN);
            (end.withoutHoles() ? left.killed() : left.unclean()).add(partition);
            if (end.soundOffset() > 0) {
                left.unforced().put(partition, end.soundOffset());
            }
        }
        return left;
    }

    /** What was known of partitions when the process began that had, or has, the log open in this run of the system; empty if that is another run. */
    private static Optional<State> findRunning(Storage storage) {
        try {
            Optional<List<String>> lines = MetaFile.read(storage, RUNNING, RUNNING_KIND);
            Optional<String> systemRun = storage.systemRun();
            if (lines.isPresent() && systemRun.isPresent() && lines.get().contains(SYSTEM + systemRun.get())) {
                return Optional.of(parse(lines.get(), systemRun.get()));
            }
        } catch (CorruptionException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // A power cut may leave any bytes of it, for it is not forced.
            LOG.debug("The file {} in {} is not used", RUNNING, storage.describe(), e);
        }
        return Optional.empty();
    }

    /**
     * How a partition was left, for who reads a log that its owner may open meanwhile. While it is open, a partition is as a kill at this moment
     * would leave it.
     */
    static LastEnd lastEnd(Storage storage, TopicPartition partition) {
        LastEnd refused = RefusedPartitions.read(storage).get(partition);
        if (refused != null) {
            return refused;
        }
        try {
            Optional<State> closed = findUsable(storage);
            if (closed.isPresent()) {
                return closed.get().lastEnd(partition);
            }
            return findRunning(storage)
                    .map(running -> running.endWhileRunning(partition))
                    .orElse(LastEnd.UNCLEAN);
        } catch (StorageException failed) {
            if (failed.kind() == StorageException.Kind.NOT_FOUND) {
                // The owner opens the log at this moment.
                return LastEnd.UNCLEAN;
            }
            throw failed;
        }
    }

    /** What the marker says, if it is what was written. The opening says so if it is not: readers ask often. */
    private static Optional<State> findUsable(Storage storage) {
        try {
            return find(storage);
        } catch (CorruptionException | IllegalArgumentException | IndexOutOfBoundsException unusable) {
            return Optional.empty();
        }
    }

    private static Optional<State> find(Storage storage) {
        return MetaFile.read(storage, FILE, KIND)
                .map(lines -> parse(lines, storage.systemRun().orElse("")));
    }

    /** True if the last end was a clean one, as far as the marker says. */
    static boolean isIn(Storage storage) {
        return storage.exists(FILE);
    }

    private static State parse(List<String> lines, String systemRun) {
        State state = new State();
        lines.forEach(line -> add(line, state));
        if (systemRun.isEmpty() || !lines.contains(SYSTEM + systemRun)) {
            state.unclean().addAll(state.unforced().keySet());
            state.unforced().clear();
            state.unclean().addAll(state.killed());
            state.killed().clear();
        }
        return state;
    }

    private static void add(String line, State state) {
        if (line.startsWith(UNCLEAN)) {
            state.unclean().add(partition(line.substring(UNCLEAN.length())));
        } else if (line.startsWith(KILLED)) {
            state.killed().add(partition(line.substring(KILLED.length())));
        } else if (line.startsWith(UNDECIDED)) {
            state.undecided().add(partition(line.substring(UNDECIDED.length())));
        } else if (line.startsWith(UNFORCED)) {
            int space = line.indexOf(' ', UNFORCED.length());
            long endOffset = Long.parseLong(line.substring(UNFORCED.length(), space));
            state.unforced().put(partition(line.substring(space + 1)), endOffset);
        } else if (!line.startsWith(SYSTEM)) {
            throw new IllegalArgumentException("it holds the line '" + line + "'");
        }
    }

    static TopicPartition partition(String text) {
        int dash = text.lastIndexOf('-');
        return new TopicPartition(text.substring(0, dash), Integer.parseInt(text.substring(dash + 1)));
    }

    static void write(Storage storage, State state) {
        List<String> lines = new ArrayList<>();
        storage.systemRun().ifPresent(id -> lines.add(SYSTEM + id));
        state.unclean().forEach(partition -> lines.add(UNCLEAN + partition));
        state.killed().forEach(partition -> lines.add(KILLED + partition));
        state.undecided().forEach(partition -> lines.add(UNDECIDED + partition));
        state.unforced().forEach((partition, endOffset) -> lines.add(UNFORCED + endOffset + ' ' + partition));
        MetaFile.write(storage, FILE, KIND, lines);
    }
}
