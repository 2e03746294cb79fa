package io.millrace.transactions.coordinator;

import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionDescription;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One transactional id in memory. Changed by whoever holds its lock; what is known of it is read by any thread without. */
final class TransactionSlot {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionSlot.class);

    private final String transactionalId;
    private final BytesView key;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable TransactionMetadata metadata;
    private volatile long aliveNanos;
    /** Who initialised the id and is not closed, by the identity that it was given. */
    private final AtomicReference<@Nullable ProducerIdentity> owner = new AtomicReference<>();

    private volatile @Nullable ShutOut shutOut;
    private @Nullable MarkerWriter markers;
    private @Nullable TopicPartition decidedIn;
    private List<TopicPartition> unforcedMarkers = List.of();
    private final RepeatedWarning trouble = new RepeatedWarning(LOG);

    /** A producer that somebody other than its successor shut out. */
    private record ShutOut(ProducerIdentity producer, FencedBy by) {}

    TransactionSlot(String transactionalId) {
        this.transactionalId = transactionalId;
        this.key = TransactionLogFormat.key(transactionalId);
    }

    String transactionalId() {
        return transactionalId;
    }

    BytesView key() {
        return key;
    }

    void lock() {
        lock.lock();
    }

    boolean tryLock() {
        return lock.tryLock();
    }

    void unlock() {
        lock.unlock();
    }

    /** What keeps this id's transaction from its end, said once. */
    RepeatedWarning trouble() {
        return trouble;
    }

    /** Null before the id was initialised, and after it was forgotten. */
    @Nullable TransactionMetadata metadata() {
        return metadata;
    }

    TransactionMetadata present() {
        TransactionMetadata known = metadata;
        if (known == null) {
            throw new IllegalStateException(transactionalId + " was never initialised");
        }
        return known;
    }

    void apply(@Nullable TransactionMetadata next) {
        metadata = next;
        markers = null;
        decidedIn = null;
    }

    /** The present decision is the marker that stands in this partition, and no record of the journal. */
    void decideIn(TopicPartition partition) {
        decidedIn = partition;
    }

    @Nullable TopicPartition decidedIn() {
        return decidedIn;
    }

    /** What writes the markers of the present decision: the same until that is complete. */
    MarkerWriter markers(Supplier<MarkerWriter> first) {
        MarkerWriter present = markers;
        if (present == null) {
            present = first.get();
            markers = present;
        }
        return present;
    }

    /** The markers of the last decision stand in these partitions, and a power cut could take them. */
    void hasUnforcedMarkers(List<TopicPartition> partitions) {
        unforcedMarkers = partitions;
    }

    /** Makes these markers durable, so that the record of their decision may be replaced (C5). */
    void forceMarkers(Consumer<List<TopicPartition>> force) {
        if (!unforcedMarkers.isEmpty()) {
            force.accept(unforcedMarkers);
            unforcedMarkers = List.of();
        }
    }

    /** The same, and with them what these partitions hold. */
    void forceMarkersAnd(List<TopicPartition> data, Consumer<List<TopicPartition>> force) {
        if (data.containsAll(unforcedMarkers)) {
            force.accept(data);
        } else {
            Set<TopicPartition> all = new LinkedHashSet<>(data);
            all.addAll(unforcedMarkers);
            force.accept(List.copyOf(all));
        }
        unforcedMarkers = List.of();
    }

    void alive(long nowNanos) {
        aliveNanos = nowNanos;
    }

    long idleMillis(long nowNanos) {
        return TimeUnit.NANOSECONDS.toMillis(nowNanos - aliveNanos);
    }

    void own(ProducerIdentity initialized) {
        owner.set(initialized);
        shutOut = null;
    }

    /** The one that was given this identity is closed; does nothing if another one has the id since. */
    void disown(ProducerIdentity initialized) {
        ProducerIdentity present = owner.get();
        if (initialized.equals(present)) {
            owner.compareAndSet(present, null);
        }
    }

    private boolean isOwned() {
        return owner.get() != null;
    }

    /** To be called before the end that shuts it out, so that whoever notices that is told why. */
    void shutOut(ProducerIdentity producer, FencedBy by) {
        shutOut = new ShutOut(producer, by);
    }

    /** Who or what shut this producer out, if it is not current any more. */
    FencedBy fencedBy(ProducerIdentity producer) {
        ShutOut last = shutOut;
        return last != null && last.producer().equals(producer) ? last.by() : FencedBy.SUCCESSOR;
    }

    /** True if no open producer has this id and no transaction waits for anything. */
    boolean mayBeForgotten() {
        TransactionMetadata known = metadata;
        return known != null
                && !isOwned()
                && !known.state().isOpen()
                && !known.state().isDecided();
    }

    /** A look without the lock: false if there is certainly nothing to do. */
    boolean mayNeedCare(long nowNanos, long nowMillis, long retentionMillis) {
        TransactionMetadata known = metadata;
        if (known == null) {
            return false;
        }
        return switch (known.state()) {
            case ONGOING -> idleMillis(nowNanos) >= known.timeoutMillis();
            case PREPARE_COMMIT, PREPARE_ABORT -> true;
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT ->
                !isOwned() && nowMillis - known.updateMillis() >= retentionMillis;
            case PREPARED, DEAD, PREPARE_EPOCH_FENCE -> false;
        };
    }

    Optional<TransactionDescription> describe(long nowMillis) {
        TransactionMetadata known = metadata;
        if (known == null) {
            return Optional.empty();
        }
        boolean isOpen = known.state().isOpen() || known.state().isDecided();
        return Optional.of(new TransactionDescription(
                transactionalId,
                known.state().label(),
                known.producer().producerId(),
                known.producer().epoch(),
                isOpen ? Duration.ofMillis(Math.max(0, nowMillis - known.startMillis())) : Duration.ZERO,
                Set.copyOf(known.partitions())));
    }
}
