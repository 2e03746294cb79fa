package io.millrace.transactions.coordinator;

import io.millrace.log.CorruptionException;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.format.RecordIterator;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A journal and partitions in memory, with the rules of epochs that real partitions have. Everything is durable when it returns, unless
 * {@link #loseUnforced}. Steps can be made to fail, or to end the process.
 */
final class FakeLog implements TransactionJournal, TransactionParticipants {
    private static final TopicPartition STATE = new TopicPartition("__transaction_state", 0);

    /** The end of the process. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** A batch of a transaction, or a marker. */
    record Entry(ProducerIdentity producer, String transaction, boolean isMarker, boolean isCommit) {}

    final List<String> trace = new ArrayList<>();
    final Map<TopicPartition, List<Entry>> partitions = new TreeMap<>();
    private final Set<TopicPartition> damaged = new HashSet<>();
    /** Markers whose commits nobody sees yet: what the process knows, and no other one. */
    private final Map<Entry, Markers> held = new IdentityHashMap<>();

    private final Map<TopicPartition, Integer> forced = new HashMap<>();
    private final List<byte[]> journal = new ArrayList<>();
    private int forcedJournal;
    private long producerIds;
    private int steps;
    private int crashAt = Integer.MAX_VALUE;
    private @Nullable String failing;
    private Disposition failure = Disposition.RETRY;
    private int failures;
    private @Nullable Runnable afterLook;
    private Runnable beforeStep = () -> {};

    long nanos;

    InstantSource clock() {
        return () -> Instant.ofEpochMilli(1_000_000 + nanos / 1_000_000);
    }

    /** The step with this number, counted from 0 and from here, ends the process before it has an effect, as does every later one. */
    void crashAtStep(int step) {
        steps = 0;
        crashAt = step;
    }

    int steps() {
        return steps;
    }

    /** A new process, on what the old one left. */
    void restart() {
        stopFaults();
        trace.clear();
        held.clear();
    }

    void stopFaults() {
        crashAt = Integer.MAX_VALUE;
        failures = 0;
    }

    /** What a power cut leaves when it takes everything that was not forced. */
    void loseUnforced() {
        journal.subList(forcedJournal, journal.size()).clear();
        partitions.forEach((partition, entries) -> entries.subList(forced.getOrDefault(partition, 0), entries.size())
                .clear());
    }

    /** What a power cut leaves: of each file any length from what was forced on, whatever the other files kept. */
    void losePart(Random random) {
        int kept = forcedJournal + random.nextInt(journal.size() - forcedJournal + 1);
        journal.subList(kept, journal.size()).clear();
        forcedJournal = kept;
        partitions.forEach((partition, entries) -> {
            int durable = forced.getOrDefault(partition, 0);
            int survived = durable + random.nextInt(entries.size() - durable + 1);
            entries.subList(survived, entries.size()).clear();
            forced.put(partition, survived);
        });
    }

    /** The next steps of this kind fail. */
    void fail(String kind, int times, Disposition disposition) {
        failing = kind;
        failures = times;
        failure = disposition;
    }

    /** The partition can be neither read nor written. */
    void damage(TopicPartition partition) {
        damaged.add(partition);
    }

    void repair(TopicPartition partition) {
        damaged.remove(partition);
    }

    void write(TopicPartition partition, ProducerIdentity producer, String transaction) {
        step("write " + partition);
        List<Entry> entries = entries(partition);
        if (!entries.isEmpty()
                && last(entries, producer) != null
                && last(entries, producer).epoch() > producer.epoch()) {
            throw new LogException(Disposition.RESTART_TASK, "fenced");
        }
        entries.add(new Entry(producer, transaction, false, false));
    }

    @Override
    public void append(ByteBuffer batch) {
        BatchView view = new BatchView().wrap(batch.array(), batch.arrayOffset() + batch.position(), batch.remaining());
        StringBuilder states = new StringBuilder("journal");
        view.checkValid();
        forEachRecord(
                view,
                (key, value) -> states.append(' ')
                        .append(
                                value == null
                                        ? "Dead"
                                        : TransactionLogFormat.readValue(value)
                                                .state()
                                                .label()));
        step(states.toString());
        byte[] copy = new byte[batch.remaining()];
        batch.get(copy);
        journal.add(copy);
    }

    @Override
    public void force() {
        step("force journal");
        forcedJournal = journal.size();
    }

    @Override
    public void replay(Visitor visitor) {
        for (byte[] batch : journal) {
            forEachRecord(new BatchView().wrap(batch, 0, batch.length), visitor);
        }
    }

    private static void forEachRecord(BatchView batch, Visitor visitor) {
        RecordIterator records = batch.records(new RecordIterator(STATE));
        while (records.next()) {
            visitor.record(records.key(), records.value());
        }
    }

    @Override
    public void appendDecision(TopicPartition partition, ProducerIdentity marker, boolean commit) {
        appendMarker(partition, marker, commit);
    }

    @Override
    public Markers markers(ProducerIdentity marker, boolean commit) {
        return new Markers() {
            @Override
            public void append(TopicPartition partition) {
                Entry entry = appendMarker(partition, marker, commit);
                if (entry != null && commit) {
                    held.put(entry, this);
                }
            }

            @Override
            public void release() {
                held.values().removeIf(markers -> markers == this);
            }
        };
    }

    private @Nullable Entry appendMarker(TopicPartition partition, ProducerIdentity marker, boolean commit) {
        if (damaged.contains(partition)) {
            throw new CorruptionException(partition + " is damaged");
        }
        step("marker " + partition + (commit ? " commit " : " abort ") + marker.epoch());
        List<Entry> entries = entries(partition);
        ProducerIdentity last = last(entries, marker);
        boolean isOpen = open(entries).containsKey(marker.producerId());
        if (last != null && (last.epoch() > marker.epoch() || (last.epoch() == marker.epoch() && isOpen))) {
            throw new LogException(Disposition.RESTART_TASK, "a marker of the past");
        }
        if (last == null || last.epoch() < marker.epoch()) {
            Entry entry = new Entry(marker, "", true, commit);
            entries.add(entry);
            return entry;
        }
        return null;
    }

    @Override
    public void force(List<TopicPartition> together) {
        LogException failure = null;
        for (TopicPartition partition : together) {
            try {
                step("force " + partition);
                forced.put(partition, entries(partition).size());
            } catch (LogException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public boolean holdsOffsets(TopicPartition partition) {
        return partition.topic().equals("__consumer_offsets");
    }

    @Override
    public long newProducerId() {
        return producerIds++;
    }

    @Override
    public List<OpenTransaction> openTransactions() {
        List<OpenTransaction> all = new ArrayList<>();
        partitions.forEach((partition, entries) -> {
            if (!damaged.contains(partition)) {
                open(entries)
                        .forEach((id, first) -> all.add(new OpenTransaction(
                                partition, entries.get(first).producer(), first, 1_000_000, entries.size() - first)));
            }
        });
        Runnable then = afterLook;
        if (then != null) {
            afterLook = null;
            then.run();
        }
        return all;
    }

    /** What somebody does right after the next look at what is open. */
    void afterNextLook(Runnable action) {
        afterLook = action;
    }

    @Override
    public Map<Long, Short> highestEpochs() {
        Map<Long, Short> highest = new TreeMap<>();
        partitions.values().stream()
                .flatMap(List::stream)
                .map(Entry::producer)
                .forEach(known ->
                        highest.merge(known.producerId(), known.epoch(), (one, other) -> (short) Math.max(one, other)));
        return highest;
    }

    /** What somebody sees who looks between any two steps. */
    void beforeEachStep(Runnable action) {
        beforeStep = action;
    }

    /** What read-committed readers see of the partition, in order. */
    List<String> visible(TopicPartition partition) {
        List<Entry> entries = entries(partition);
        List<String> visible = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (!entry.isMarker()) {
                Entry marker = markerOf(entries, i);
                if (marker == null || held.containsKey(marker)) {
                    return visible;
                }
                if (marker.isCommit()) {
                    visible.add(entry.transaction());
                }
            }
        }
        return visible;
    }

    /** What is committed in all its partitions, in order, also behind a transaction that is open and holds readers up. */
    List<String> committed(TopicPartition partition) {
        List<Entry> entries = entries(partition);
        List<String> committed = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            Entry marker = entries.get(i).isMarker() ? null : markerOf(entries, i);
            if (marker != null && marker.isCommit() && !held.containsKey(marker)) {
                committed.add(entries.get(i).transaction());
            }
        }
        return committed;
    }

    Map<TopicPartition, List<Entry>> copyOfEntries() {
        Map<TopicPartition, List<Entry>> copy = new TreeMap<>();
        partitions.forEach((partition, entries) -> copy.put(partition, List.copyOf(entries)));
        return copy;
    }

    private static @Nullable Entry markerOf(List<Entry> entries, int data) {
        long producerId = entries.get(data).producer().producerId();
        for (int i = data + 1; i < entries.size(); i++) {
            if (entries.get(i).isMarker() && entries.get(i).producer().producerId() == producerId) {
                return entries.get(i);
            }
        }
        return null;
    }

    /** By producer id, where the open transaction begins. */
    private static Map<Long, Integer> open(List<Entry> entries) {
        Map<Long, Integer> open = new TreeMap<>();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (entry.isMarker()) {
                open.remove(entry.producer().producerId());
            } else {
                open.putIfAbsent(entry.producer().producerId(), i);
            }
        }
        return open;
    }

    private static @Nullable ProducerIdentity last(List<Entry> entries, ProducerIdentity producer) {
        ProducerIdentity last = null;
        for (Entry entry : entries) {
            if (entry.producer().producerId() == producer.producerId()) {
                last = entry.producer();
            }
        }
        return last;
    }

    private List<Entry> entries(TopicPartition partition) {
        return partitions.computeIfAbsent(partition, name -> new ArrayList<>());
    }

    private void step(String what) {
        if (steps++ >= crashAt) {
            throw new Crash();
        }
        beforeStep.run();
        if (failures > 0 && failing != null && what.startsWith(failing)) {
            failures--;
            throw new LogException(failure, "injected: " + what);
        }
        trace.add(what);
    }
}
