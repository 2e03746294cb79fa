package io.millrace.state.time;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serdes;
import io.millrace.state.Entries;
import io.millrace.state.KeyRange;
import io.millrace.state.ScanDirection;
import io.millrace.state.StagedStore;
import io.millrace.state.StoreLayer;
import io.millrace.state.StoreSpec;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The session of a key that ended last by key, those before it by their end. So the session that a record in order belongs to is found by one
 * look-up, and extended in place. Owned by the partition's thread.
 *
 * <p>An entry by key does not lie where expiry comes along, so the key has a mark in a bucket that is no earlier than any of its ends. When its
 * newest session is removed, the one before it takes its place; the last one takes the mark with it.
 */
final class NewestAndOlderSessions<K, V> implements SessionStore<K, V> {
    private final SessionSpec<K, V> spec;
    private final StreamClock clock;
    private final PutTimes put;
    private final StagedStore<K, NewestSession<V>> newest;
    private final TimedEntries<K, V> older;
    private final StagedStore<BytesView, BytesView> marks;
    private final ExpirySweep sweep;

    NewestAndOlderSessions(StoreLayer layer, SessionSpec<K, V> spec, long bucketMillis) {
        this.spec = spec;
        this.clock = new StreamClock(layer, spec.retentionMillis(), bucketMillis);
        this.put = new PutTimes(layer, clock, spec.isTimeTold());
        this.newest = layer.cached(new KeyFormat<>(spec.keySerde()), new NewestSession.Format<>(spec.valueSerde()));
        this.older = new TimedEntries<>(layer, clock, put::greatest, spec.keySerde(), spec.valueSerde());
        this.marks = layer.uncached(Serdes.bytes(), Serdes.bytes());
        this.sweep = new ExpirySweep(layer, clock, Tag.BY_TIME, this::removeExpired);
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public Entries<Session<K>, V> findMergeable(K key, long start, long end) {
        long first = TimeRule.minus(start, spec.gapMillis());
        long last = TimeRule.plus(end, spec.gapMillis());
        return fetch(key, first, last);
    }

    @Override
    public Entries<Session<K>, V> fetch(K key) {
        return fetch(key, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    @Override
    public Entries<Session<K>, V> fetch(K key, long first, long last) {
        return Entries.of((direction, action) -> visit(key, first, last, direction, action));
    }

    @Override
    public Entries<Session<K>, V> fetch(@Nullable K from, @Nullable K to, long first, long last) {
        KeyRange keys = KeyRange.ofKeys(name(), spec.keySerde(), from, to);
        return Entries.of((direction, action) -> {
            Entries<K, NewestSession<V>> found = newest.range(KeyFormat.of(keys));
            return (direction == ScanDirection.FORWARD ? found : found.reversed())
                    .forEachWhile((key, present) -> visit(key, present, first, last, direction, action));
        });
    }

    @Override
    public Entries<Session<K>, V> fetchAll(long first, long last) {
        return Entries.of((direction, action) -> {
            boolean isForward = direction == ScanDirection.FORWARD;
            return isForward
                    ? visitAllOlder(first, last, direction, action) && visitAllNewest(first, last, direction, action)
                    : visitAllNewest(first, last, direction, action) && visitAllOlder(first, last, direction, action);
        });
    }

    @Override
    public boolean put(Session<K> session, V value) {
        StoreSpec.checkPresent(name(), session == null ? null : session.key(), value, "remove(session)");
        if (clock.isExpired(session.end())) {
            return false;
        }
        put.note(session.end());
        NewestSession<V> present = newest.get(session.key());
        if (present == null || isNewer(session, present)) {
            putNewest(session, value, present);
        } else if (present.is(session)) {
            newest.put(
                    session.key(),
                    new NewestSession<>(
                            value, session.start(), session.end(), present.olderEnd(), present.markedBucket()));
        } else {
            older.put(olderKey(session), value);
            if (session.end() > present.olderEnd()) {
                newest.put(session.key(), present.withOlder(session.end()));
            }
        }
        sweep.afterPut();
        return true;
    }

    @Override
    public boolean replace(Session<K> before, Session<K> after, V value) {
        StoreSpec.checkPresent(name(), after.key(), value, "remove(session)");
        NewestSession<V> present = newest.get(before.key());
        if (present == null || !mayGrowInPlace(present, before, after)) {
            remove(before);
            return put(after, value);
        }
        put.note(after.end());
        writeNewest(after, value, present.olderEnd(), present);
        sweep.afterPut();
        return true;
    }

    private boolean mayGrowInPlace(NewestSession<V> present, Session<K> before, Session<K> after) {
        return present.is(before)
                && after.end() >= before.end()
                && after.end() > present.olderEnd()
                && !clock.isExpired(before.end());
    }

    @Override
    public void remove(Session<K> session) {
        if (clock.isExpired(session.end())) {
            return;
        }
        NewestSession<V> present = newest.get(session.key());
        if (present != null && present.is(session)) {
            removeNewest(session.key(), present);
        } else if (present != null && session.end() <= present.olderEnd()) {
            older.delete(olderKey(session));
        }
    }

    private void removeNewest(K key, NewestSession<V> present) {
        Map.Entry<TimedKey<K>, V> before = present.olderEnd() == NewestSession.NONE
                ? null
                : older.of(key, Long.MIN_VALUE, present.olderEnd())
                        .reversed()
                        .first()
                        .orElse(null);
        if (before == null) {
            newest.delete(key);
            marks.delete(mark(key, present.markedBucket()));
            return;
        }
        TimedKey<K> found = before.getKey();
        older.delete(found);
        newest.put(
                key,
                new NewestSession<>(
                        before.getValue(), found.sequence(), found.time(), found.time(), present.markedBucket()));
    }

    @Override
    public long greatestTime() {
        return put.greatest();
    }

    @Override
    public long streamTime() {
        return clock.streamTime();
    }

    @Override
    public void advanceTo(long time) {
        if (clock.advanceTo(time)) {
            sweep.afterAdvance();
        }
    }

    /** Whether it is the newest, before all that are in the history. */
    private boolean isNewer(Session<K> session, NewestSession<V> present) {
        return session.end() > present.end() || (session.end() == present.end() && session.start() > present.start());
    }

    private void putNewest(Session<K> session, V value, @Nullable NewestSession<V> before) {
        long olderEnd = NewestSession.NONE;
        if (before != null) {
            olderEnd = before.olderEnd();
            if (!clock.isExpired(before.end())) {
                older.put(new TimedKey<>(session.key(), before.end(), before.start()), before.value());
                olderEnd = Math.max(olderEnd, before.end());
            }
        }
        writeNewest(session, value, olderEnd, before);
    }

    /** @param before what the entry of the key is now */
    private void writeNewest(Session<K> session, V value, long olderEnd, @Nullable NewestSession<V> before) {
        long bucket = clock.bucketOf(session.end());
        if (before == null || before.markedBucket() < bucket) {
            marks.put(mark(session.key(), bucket), new BytesView());
        } else {
            bucket = before.markedBucket();
        }
        newest.put(session.key(), new NewestSession<>(value, session.start(), session.end(), olderEnd, bucket));
    }

    private BytesView mark(K key, long bucket) {
        BytesWriter mark = new BytesWriter();
        older.format().writeMark(key, bucket, mark);
        return mark.viewInto(new BytesView());
    }

    /** Sessions that end no earlier than {@code first} and start no later than {@code last}, in the order of their ends. */
    private boolean visit(
            K key, long first, long last, ScanDirection direction, BiPredicate<? super Session<K>, ? super V> action) {
        NewestSession<V> present = newest.get(key);
        return present == null || visit(key, present, first, last, direction, action);
    }

    private boolean visit(
            K key,
            NewestSession<V> present,
            long first,
            long last,
            ScanDirection direction,
            BiPredicate<? super Session<K>, ? super V> action) {
        return direction == ScanDirection.FORWARD
                ? visitOlder(key, present, first, last, direction, action)
                        && visitNewest(key, present, first, last, action)
                : visitNewest(key, present, first, last, action)
                        && visitOlder(key, present, first, last, direction, action);
    }

    private boolean visitNewest(
            K key, NewestSession<V> present, long first, long last, BiPredicate<? super Session<K>, ? super V> action) {
        boolean isMeant = present.end() >= first && present.start() <= last && !clock.isExpired(present.end());
        return !isMeant || action.test(new Session<>(key, present.start(), present.end()), present.value());
    }

    private boolean visitOlder(
            K key,
            NewestSession<V> present,
            long first,
            long last,
            ScanDirection direction,
            BiPredicate<? super Session<K>, ? super V> action) {
        if (present.olderEnd() < first || present.olderEnd() == NewestSession.NONE) {
            return true;
        }
        Entries<TimedKey<K>, V> ended = older.of(key, first, present.olderEnd());
        return visitStartedBy(last, direction == ScanDirection.FORWARD ? ended : ended.reversed(), action);
    }

    private boolean visitAllOlder(
            long first, long last, ScanDirection direction, BiPredicate<? super Session<K>, ? super V> action) {
        Entries<TimedKey<K>, V> ended = older.all(first, put.greatest());
        return visitStartedBy(last, direction == ScanDirection.FORWARD ? ended : ended.reversed(), action);
    }

    private boolean visitStartedBy(
            long last, Entries<TimedKey<K>, V> ended, BiPredicate<? super Session<K>, ? super V> action) {
        return ended.forEachWhile((key, value) ->
                key.sequence() > last || action.test(new Session<>(key.key(), key.sequence(), key.time()), value));
    }

    private boolean visitAllNewest(
            long first, long last, ScanDirection direction, BiPredicate<? super Session<K>, ? super V> action) {
        Entries<BytesView, BytesView> marked = older.marks(first);
        return (direction == ScanDirection.FORWARD ? marked : marked.reversed()).forEachWhile((mark, nothing) -> {
            K key = older.format().keyOfMark(mark);
            NewestSession<V> present = key == null ? null : newest.get(key);
            return key == null
                    || present == null
                    || present.markedBucket() != TimedFormat.bucketOf(mark)
                    || visitNewest(key, present, first, last, action);
        });
    }

    /** The last mark of a key takes the entry with it. */
    private void removeExpired(BytesView entry) {
        K key = older.format().keyOfMark(entry);
        NewestSession<V> present = key == null ? null : newest.get(key);
        if (key != null && present != null && present.markedBucket() == TimedFormat.bucketOf(entry)) {
            newest.delete(key);
        }
    }

    private TimedKey<K> olderKey(Session<K> session) {
        return new TimedKey<>(session.key(), session.end(), session.start());
    }
}
