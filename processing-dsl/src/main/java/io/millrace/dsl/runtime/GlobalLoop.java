package io.millrace.dsl.runtime;

import io.millrace.dsl.runtime.LoopFailures.Recovery;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.platform.LoopStep;
import io.millrace.platform.StorageException;
import io.millrace.platform.Ticker;
import io.millrace.state.StateException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills the global tables of an instance and keeps them up to date: all partitions of their topics, in no group. Tasks wait until it has read what was there
 * when it began. Owned by its thread, but for {@link #status} and {@link #wake}.
 */
final class GlobalLoop implements LoopStep {
    private static final Logger LOG = LoggerFactory.getLogger(GlobalLoop.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final ApplicationCore core;
    private final GlobalTables tables;
    private final LoopObserver observer;
    private final String id;
    private final LoopFailures failures;
    private final SortedMap<TopicPartition, GlobalPartition> partitions = new TreeMap<>();
    private final Ticker ticker;
    private long loadingSinceNanos;
    private long recordsBefore;
    private long skippedBefore;
    private boolean eventful;
    private boolean died;
    private volatile @Nullable LogConsumer consumer;
    private final RestoreMeter.Part restores;
    private volatile GlobalStatus status = GlobalStatus.NONE;

    GlobalLoop(ApplicationCore core, LoopObserver observer, RestoreMeter.Part restores) {
        this.core = core;
        this.tables = core.globalTables();
        this.observer = observer;
        this.id = core.identity() + "-global";
        this.failures = new LoopFailures(id, observer, core.settings());
        this.ticker = core.settings().world().ticker();
        this.loadingSinceNanos = ticker.nanos();
        this.restores = restores;
        restores.stand(tables.all().size(), 0, 0, 0, 0);
    }

    String id() {
        return id;
    }

    GlobalStatus status() {
        return status;
    }

    /** Ends a wait for records or for the next try. From any thread. */
    void wake() {
        failures.wake();
        LogConsumer present = consumer;
        if (present != null) {
            present.wakeup();
        }
    }

    @Override
    public boolean tellsOfFailures() {
        return true;
    }

    @Override
    public int runOnce(long nowNanos) {
        LogContext.enter(core.name(), id);
        try {
            return step(nowNanos);
        } catch (Throwable e) {
            died = e instanceof Error;
            observer.failed(id, String.valueOf(e.getMessage()), e);
            throw e;
        } finally {
            LogContext.leave();
        }
    }

    private int step(long nowNanos) {
        try {
            if (failures.recovery() != Recovery.NONE) {
                return recover(nowNanos);
            }
            return read();
        } catch (RuntimeException e) {
            failures.failed(e, nowNanos);
            // Whatever was to be done, here it is to read on from what is committed.
            failures.recoverBy(Recovery.START_ANEW);
            return 1;
        }
    }

    private int recover(long nowNanos) {
        if (!failures.awaitRetry(nowNanos)) {
            return 0;
        }
        core.guard().check();
        closeConsumer();
        openMissing();
        LogConsumer next = core.log().consumer(ConsumerConfig.standalone());
        consumer = next;
        next.assign(Set.copyOf(partitions.keySet()));
        partitions.forEach((source, partition) -> next.seek(source, partition.position()));
        failures.recoverBy(Recovery.NONE);
        eventful = true;
        publish(next);
        return 1;
    }

    /** Rows that are open stand for what was read, whatever failed since. */
    private void openMissing() {
        LogAdmin admin = core.log().admin();
        for (GlobalTables.Rows rows : tables.all().values()) {
            for (int number = 0; number < rows.partitions(); number++) {
                TopicPartition source = new TopicPartition(rows.step().topic().name(), number);
                if (!partitions.containsKey(source)) {
                    partitions.put(
                            source, new GlobalPartition(rows, number, core.database(), admin, observer, restores));
                }
            }
        }
    }

    private int read() {
        LogConsumer present = consumer;
        if (present == null) {
            throw new IllegalStateException("Loop '" + id + "' has no consumer");
        }
        List<RecordCursor> cursors;
        try {
            cursors = present.poll(eventful ? Duration.ZERO : LONGEST_WAIT);
        } catch (LogException e) {
            GlobalPartition outdated = findOutdated();
            if (outdated == null) {
                throw e;
            }
            LOG.warn("Global table {} begins anew: {}", outdated.table(), e.getMessage());
            beginAnew(outdated);
            return 1;
        }
        int done = 0;
        for (RecordCursor cursor : cursors) {
            GlobalPartition partition = partitions.get(cursor.topicPartition());
            done += partition == null ? 0 : partition.take(cursor);
        }
        partitions.forEach((source, partition) -> partition.reach(present.position(source)));
        if (!tables.isLoaded()) {
            done += load();
        }
        if (done > 0) {
            // Nothing done is no sign that anything can be: without room, rows are read and cannot be written.
            failures.succeeded();
        }
        // After the last record comes one more look, which moves the positions past markers.
        eventful = done > 0;
        publish(present);
        return done;
    }

    private @Nullable GlobalPartition findOutdated() {
        for (GlobalPartition partition : partitions.values()) {
            if (partition.position() < core.log().admin().logStartOffset(partition.source())) {
                return partition;
            }
        }
        return null;
    }

    /** A topic that begins behind what was read of it has dropped changes of rows that are still there: opened again, they are built anew. */
    private void beginAnew(GlobalPartition partition) {
        tables.loaded(false);
        loadingSinceNanos = ticker.nanos();
        partitions.remove(partition.source());
        recordsBefore += partition.records();
        skippedBefore += partition.skipped();
        failures.recoverBy(Recovery.START_ANEW);
        partition.close();
    }

    private int load() {
        if (!partitions.values().stream().allMatch(GlobalPartition::isAtTarget)) {
            return 1;
        }
        partitions.values().forEach(GlobalPartition::follow);
        tables.loaded(true);
        LOG.info(
                "Global tables {} are read: {} records, {} ms",
                tables.all().keySet(),
                records(),
                Duration.ofNanos(ticker.nanos() - loadingSinceNanos).toMillis());
        return 1;
    }

    // --- what it tells

    private long records() {
        long records = recordsBefore;
        for (GlobalPartition partition : partitions.values()) {
            records += partition.records();
        }
        return records;
    }

    private void publish(LogConsumer present) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        Map<String, Long> lag = new HashMap<>();
        long skipped = skippedBefore;
        for (GlobalPartition partition : partitions.values()) {
            positions.put(partition.source(), partition.position());
            lag.merge(partition.table(), present.lag(partition.source()).orElse(0), Long::sum);
            skipped += partition.skipped();
        }
        status = new GlobalStatus(positions, lag, skipped);
        tellRestoring();
        observer.published();
        observer.changed();
    }

    private void tellRestoring() {
        if (tables.isLoaded()) {
            restores.stand(0, 0, records(), 0, 0);
            return;
        }
        Set<String> loading = new HashSet<>();
        long left = 0;
        long offsets = 0;
        for (GlobalPartition partition : partitions.values()) {
            left += partition.offsetsLeft();
            offsets += partition.offsets();
            if (!partition.isAtTarget()) {
                loading.add(partition.table());
            }
        }
        restores.stand(loading.size(), loading.size(), records(), left, offsets);
    }

    // --- the end

    @Override
    public void onStop() {
        LogContext.enter(core.name(), id);
        try {
            closeConsumer();
            if (!died) {
                partitions.values().forEach(this::closeRows);
            }
        } finally {
            LogContext.leave();
        }
    }

    private void closeConsumer() {
        LogConsumer present = consumer;
        consumer = null;
        if (present != null) {
            try {
                present.close();
            } catch (LogException | StorageException e) {
                LOG.info("Loop {}: closing its consumer failed: {}", id, e.toString());
            }
        }
    }

    private void closeRows(GlobalPartition partition) {
        try {
            partition.close();
        } catch (StateException e) {
            LOG.warn(
                    "{} could not write its rows at its end; the next start reads them again: {}",
                    partition.source(),
                    e.getMessage());
        }
    }
}
