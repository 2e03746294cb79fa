package io.millrace.cli.state;

import io.millrace.cli.command.StopSignal;
import io.millrace.cli.state.ChangelogReader.Visitor;
import io.millrace.cli.state.Verdict.Outcome;
import io.millrace.dsl.plan.Changelog;
import io.millrace.log.EventLog;
import io.millrace.log.Isolation;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.StateBackend;
import io.millrace.state.StoredPartition;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares one partition of a store with the fold of its changelog, read committed, before the position (S1), by walking through both in the order
 * of the keys. Owned by one thread.
 *
 * <p>A compaction leaves of each key the newest record, so that of a key that was changed at the position or later, what was before may be gone:
 * such a key is no surplus. It takes records from the front to the back, so that where an older one is still there, no newer one is gone that
 * lies before the position: what the fold has is compared exactly.
 *
 * <p>The log is read while its owner goes on. A compaction may take a newer record of a key after the older one was read, and before it was read
 * itself; so what differs is looked up in a second reading, which no longer finds the older one then. And what it took for what came since the
 * first end is explained by reading on.
 */
final class PartitionCheck {
    /** After the second one, a key would have to be changed and compacted twice within a round to be suspected wrongly. */
    private static final int MORE_ROUNDS = 3;

    private final Context context;
    private final States.Found found;
    private final StoredPartition stored;
    private final TopicPartition changelog;
    private final Consumer<Difference> differences;
    private long entries;
    private long different;
    private long unjudged;
    private boolean isForgetful;

    /** What all checks of a run share. */
    record Context(EventLog log, Path scratch, StopSignal stop, Instant now, Progress progress) {}

    /** Told how far a changelog is read. */
    @FunctionalInterface
    interface Progress {
        void read(int partition, int percent);
    }

    PartitionCheck(
            Context context,
            States.Found found,
            StoredPartition stored,
            TopicPartition changelog,
            Consumer<Difference> differences) {
        this.context = context;
        this.found = found;
        this.stored = stored;
        this.changelog = changelog;
        this.differences = differences;
    }

    Verdict run() {
        EventLog log = context.log();
        long position = stored.position();
        if (position > log.admin().endOffset(changelog, Isolation.READ_UNCOMMITTED)) {
            return Verdict.without(Outcome.BEYOND_END);
        }
        if (position > stableOffset()) {
            return Verdict.without(Outcome.UNDECIDED);
        }
        long start = log.admin().logStartOffset(changelog);
        if (position < start) {
            return Verdict.without(Outcome.OUTDATED);
        }
        // A global table keeps rows whose records its topic has let go.
        isForgetful = mayHaveForgotten() || (found.isGlobal() && start > 0);
        try (ChangelogFold fold = new ChangelogFold(context.scratch().resolve("fold"));
                ChangelogReader reader = new ChangelogReader(log, changelog, start, context.stop(), found.isGlobal())) {
            return compare(fold, reader, start);
        }
    }

    private Verdict compare(ChangelogFold fold, ChangelogReader reader, long start) {
        read(fold, reader, stored.position(), start);
        // Asked for only now: what was compacted away before was replaced before.
        read(fold, reader, stableOffset(), start);
        walk(fold);
        if (fold.hasDoubts()) {
            judgeAgain(fold);
        }
        for (int round = 0; round < MORE_ROUNDS && fold.hasSuspects(); round++) {
            read(fold, reader, stableOffset(), start);
        }
        try (EntryPages suspects = fold.suspects()) {
            while (suspects.next()) {
                tell(suspects.key(), suspects.value(), null);
            }
        }
        return new Verdict(different == 0 ? Outcome.SAME : Outcome.DIFFERENT, entries, different, unjudged);
    }

    private void read(ChangelogFold fold, ChangelogReader reader, long end, long start) {
        reader.readTo(
                end,
                (offset, key, value) -> {
                    if (offset < stored.position()) {
                        fold.before(key, value);
                    } else {
                        fold.later(key);
                    }
                },
                () -> context.progress().read(stored.partition(), (int)
                        Math.min(100, (reader.position() - start) * 100 / Math.max(1, end - start))));
    }

    private void walk(ChangelogFold fold) {
        try (EntryPages state = new EntryPages(
                        found.state().rocks().newReader(stored.partition()),
                        found.state().rocks().number(found.store()));
                EntryPages folded = fold.valuesBefore()) {
            boolean hasState = state.next();
            boolean hasFolded = folded.next();
            while (hasState || hasFolded) {
                context.stop().check();
                int order = !hasState ? 1 : !hasFolded ? -1 : state.key().compareTo(folded.key());
                if (order > 0) {
                    fold.doubt(folded.key());
                } else if (order < 0) {
                    judgeAlone(fold, state.key(), state.value());
                } else if (!state.value().equals(folded.value())) {
                    fold.doubt(state.key());
                }
                entries += order <= 0 ? 1 : 0;
                hasState = order <= 0 ? state.next() : hasState;
                hasFolded = order >= 0 ? folded.next() : hasFolded;
            }
        }
    }

    /** Of a key that the changelog has nothing of before the position. */
    private void judgeAlone(ChangelogFold fold, BytesView key, BytesView inState) {
        if (isForgetful || fold.isLater(key)) {
            unjudged++;
        } else {
            fold.suspect(key, inState);
        }
    }

    /** Compares what differed with what the changelog has now. */
    private void judgeAgain(ChangelogFold fold) {
        long start = context.log().admin().logStartOffset(changelog);
        try (ChangelogReader second =
                new ChangelogReader(context.log(), changelog, start, context.stop(), found.isGlobal())) {
            Visitor ofDoubts = (offset, key, value) -> {
                if (offset < stored.position()) {
                    fold.again(key, value);
                }
            };
            second.readTo(stored.position(), ofDoubts, () -> {});
        }
        BytesWriter value = new BytesWriter();
        int store = found.state().rocks().number(found.store());
        try (StateBackend.Reader state = found.state().rocks().newReader(stored.partition());
                EntryPages doubts = fold.doubts()) {
            while (doubts.next()) {
                BytesView key = doubts.key();
                BytesView inState = state.get(store, key, value.clear()) ? value.viewInto(new BytesView()) : null;
                BytesView inChangelog = fold.valueAgain(key);
                if (inChangelog != null && !Objects.equals(inChangelog, inState)) {
                    tell(key, inState, inChangelog);
                } else if (inChangelog == null && inState != null) {
                    judgeAlone(fold, key, inState);
                }
            }
        }
    }

    /** Whether the changelog need not have any more that an entry was deleted behind the position. */
    private boolean mayHaveForgotten() {
        if (stored.usedMillis().isEmpty() || stored.position() >= stableOffset()) {
            return false;
        }
        Duration idle =
                Duration.between(Instant.ofEpochMilli(stored.usedMillis().getAsLong()), context.now());
        Duration kept = context.log()
                .admin()
                .describeTopic(changelog.topic())
                .map(topic -> topic.settings().compaction().deleteRetention())
                .orElse(Duration.ZERO);
        return Changelog.mayHaveForgotten(idle, kept);
    }

    private long stableOffset() {
        return context.log().admin().endOffset(changelog, Isolation.READ_COMMITTED);
    }

    private void tell(BytesView key, @Nullable BytesView inState, @Nullable BytesView inChangelog) {
        different++;
        differences.accept(new Difference(found, stored.partition(), key.copy(), copy(inState), copy(inChangelog)));
    }

    private static @Nullable BytesView copy(@Nullable BytesView bytes) {
        return bytes == null ? null : bytes.copy();
    }
}
