package io.millrace.log.embedded.partition;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a partition's log must hold: a list of batches. Everything else (producers, open transactions, what a reader sees) is computed from
 * that list, in the plainest way there is.
 */
final class LogModel {
    enum Kind {
        PLAIN,
        TRANSACTIONAL,
        COMMIT,
        ABORT;

        boolean isMarker() {
            return this == COMMIT || this == ABORT;
        }
    }

    record Entry(Kind kind, long baseOffset, long producerId, short epoch, int sequence, List<String> values) {
        long nextOffset() {
            return baseOffset + (kind.isMarker() ? 1 : values.size());
        }
    }

    /** A record as a reader sees it. */
    record Seen(long offset, String value) {}

    /** What the log knows of a producer. */
    static final class Known {
        short epoch;
        int nextSequence;
        long openSince = -1;
        List<Entry> batches = new ArrayList<>();
    }

    private final List<Entry> entries = new ArrayList<>();

    List<Entry> entries() {
        return entries;
    }

    long endOffset() {
        return entries.isEmpty() ? 0 : entries.get(entries.size() - 1).nextOffset();
    }

    void add(Entry entry) {
        entries.add(entry);
    }

    /** Forgets what lies behind an offset, which must be the end of a batch. @return false if it is not */
    boolean cutTo(long endOffset) {
        while (!entries.isEmpty() && endOffset() > endOffset) {
            entries.remove(entries.size() - 1);
        }
        return endOffset() == endOffset;
    }

    /** The producers, as the batches tell. The first sequence of every epoch is {@code firstSequence}. */
    Map<Long, Known> producers() {
        Map<Long, Known> producers = new HashMap<>();
        for (Entry entry : entries) {
            Known known = producers.computeIfAbsent(entry.producerId(), id -> new Known());
            if (entry.epoch() != known.epoch) {
                known.epoch = entry.epoch();
                known.nextSequence = 0;
                known.batches.clear();
            }
            if (entry.kind().isMarker()) {
                known.openSince = -1;
            } else {
                known.nextSequence = entry.sequence() + entry.values().size();
                known.batches.add(entry);
                if (entry.kind() == Kind.TRANSACTIONAL && known.openSince < 0) {
                    known.openSince = entry.baseOffset();
                }
            }
        }
        return producers;
    }

    Known producer(long id) {
        return producers().getOrDefault(id, new Known());
    }

    /** The first offset of the oldest open transaction, the end if none is open. */
    long firstUndecidedOffset() {
        return producers().values().stream()
                .mapToLong(known -> known.openSince)
                .filter(offset -> offset >= 0)
                .min()
                .orElse(endOffset());
    }

    /** The first offset of the oldest transaction that is committed by a marker that is not durable; the end if there is none. */
    long firstUndurableCommit(long highWatermark) {
        Map<Long, Long> open = new HashMap<>();
        long first = endOffset();
        for (Entry entry : entries) {
            switch (entry.kind()) {
                case PLAIN -> {}
                case TRANSACTIONAL -> open.putIfAbsent(entry.producerId(), entry.baseOffset());
                case ABORT -> open.remove(entry.producerId());
                case COMMIT -> {
                    Long ended = open.remove(entry.producerId());
                    if (ended != null && entry.baseOffset() >= highWatermark) {
                        first = Math.min(first, ended);
                    }
                }
            }
        }
        return first;
    }

    /** Every record. */
    List<Seen> allRecords() {
        List<Seen> seen = new ArrayList<>();
        for (Entry entry : entries) {
            if (!entry.kind().isMarker()) {
                addRecords(entry, seen);
            }
        }
        return seen;
    }

    /** The records below an offset that are committed or plain. */
    List<Seen> committedRecords(long lastStableOffset) {
        Set<Integer> aborted = new HashSet<>();
        Map<Long, List<Integer>> open = new HashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            List<Integer> mine = open.computeIfAbsent(entry.producerId(), id -> new ArrayList<>());
            switch (entry.kind()) {
                case TRANSACTIONAL -> mine.add(i);
                case ABORT -> {
                    aborted.addAll(mine);
                    mine.clear();
                }
                case COMMIT -> mine.clear();
                case PLAIN -> {}
            }
        }
        List<Seen> seen = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (entry.baseOffset() < lastStableOffset && !entry.kind().isMarker() && !aborted.contains(i)) {
                addRecords(entry, seen);
            }
        }
        return seen;
    }

    private static void addRecords(Entry entry, List<Seen> seen) {
        for (int i = 0; i < entry.values().size(); i++) {
            seen.add(new Seen(entry.baseOffset() + i, entry.values().get(i)));
        }
    }
}
