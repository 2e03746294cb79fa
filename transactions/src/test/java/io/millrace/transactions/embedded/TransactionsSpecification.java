package io.millrace.transactions.embedded;

import io.millrace.transactions.TransactionOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@link LinearizabilityTest} compares with: transactions and the partition that they write to, as if one call ran after the other.
 */
public final class TransactionsSpecification {
    static final String WHOLE = "whole";

    /** A transactional id. Epochs count as the coordinator's do, up to what nobody sees. */
    private static final class Id {
        int epoch;
        boolean isOpen;
        /** Whose transaction was ended last, −1 for nobody's. */
        int ended = -1;

        boolean isCommitted;
    }

    /** What a thread knows of itself. */
    private static final class Owner {
        int epoch;
        int previous = -1;
        boolean isEnlisted;
        int attempts;
    }

    /** @param value empty for a marker */
    private record Entry(Id id, String value, boolean isCommit) {
        boolean isMarker() {
            return value.isEmpty();
        }
    }

    private final Map<String, Id> ids = new TreeMap<>();
    private final Owner[] owners = {new Owner(), new Owner(), new Owner()};
    private final List<Entry> log = new ArrayList<>();

    public TransactionsSpecification() {
        initialize(2);
        initialize(1);
        initialize(0);
        enlist(0, true);
        append(0);
        appendTwin(0);
        enlist(2, false);
    }

    private Owner owner(int thread) {
        return owners[TransactionCalls.ownerOf(thread)];
    }

    private Id id(int thread) {
        return ids.computeIfAbsent(TransactionCalls.id(thread), name -> new Id());
    }

    public void initialize(int thread) {
        Id id = id(thread);
        fence(id);
        id.epoch++;
        id.ended = -1;
        owner(thread).epoch = id.epoch;
        owner(thread).isEnlisted = false;
    }

    public String enlist(int thread, boolean inBoth) {
        Id id = id(thread);
        if (owner(thread).epoch != id.epoch) {
            return "fenced";
        }
        id.isOpen = true;
        id.ended = -1;
        owner(thread).isEnlisted = true;
        return "enlisted";
    }

    public String append(int thread) {
        Owner owner = owner(thread);
        if (!owner.isEnlisted) {
            return "nothing to append to";
        }
        Id id = id(thread);
        owner.attempts++;
        if (owner.epoch != id.epoch) {
            return "fenced";
        }
        log.add(new Entry(id, TransactionCalls.ownerOf(thread) + "." + owner.attempts, false));
        return "appended";
    }

    public void appendTwin(int thread) {
        // Not in the partition that is specified.
    }

    public String readBoth(int thread) {
        return WHOLE;
    }

    public TransactionOutcome end(int thread, boolean commit) {
        Id id = id(thread);
        Owner owner = owner(thread);
        if (owner.epoch != id.epoch) {
            return TransactionOutcome.FENCED;
        }
        if (id.isOpen) {
            decide(id, commit);
            id.ended = owner.epoch;
            id.isCommitted = commit;
            owner.previous = owner.epoch;
            owner.epoch = id.epoch;
        }
        owner.isEnlisted = false;
        return outcome(commit);
    }

    public TransactionOutcome endAgain(int thread, boolean commit) {
        Id id = id(thread);
        int previous = owner(thread).previous;
        return previous < 0 || previous != id.ended ? TransactionOutcome.FENCED : outcome(id.isCommitted);
    }

    public boolean abortAsTimeoutWould(int thread) {
        return fence(id(thread));
    }

    private boolean fence(Id id) {
        boolean wasOpen = id.isOpen;
        if (wasOpen) {
            decide(id, false);
            id.ended = -1;
        }
        return wasOpen;
    }

    private void decide(Id id, boolean commit) {
        log.add(new Entry(id, "", commit));
        id.isOpen = false;
        id.epoch++;
    }

    private static TransactionOutcome outcome(boolean commit) {
        return commit ? TransactionOutcome.COMMITTED : TransactionOutcome.ABORTED;
    }

    public List<String> read() {
        List<String> visible = new ArrayList<>();
        for (int offset = 0; offset < lastStableOffset(); offset++) {
            Entry entry = log.get(offset);
            if (!entry.isMarker() && log.get(marker(offset)).isCommit()) {
                visible.add(entry.value());
            }
        }
        return visible;
    }

    private int lastStableOffset() {
        int offset = 0;
        while (offset < log.size() && (log.get(offset).isMarker() || marker(offset) < log.size())) {
            offset++;
        }
        return offset;
    }

    /** Where the marker of this record stands; the end of the log if there is none. */
    private int marker(int offset) {
        int marker = offset + 1;
        while (marker < log.size()
                && !(log.get(marker).isMarker()
                        && log.get(marker).id() == log.get(offset).id())) {
            marker++;
        }
        return marker;
    }
}
