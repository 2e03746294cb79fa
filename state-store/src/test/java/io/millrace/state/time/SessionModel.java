package io.millrace.state.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.Serdes;
import io.millrace.state.Entries;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sessions with a gap of 8 ms, kept for 60 ms in the time that is put or in that which is told. Also such that overlap, which no program that merges them would put. */
final class SessionModel extends KindModel<SessionStore<String, String>> {
    private static final int GAP = 8;
    private static final int RETENTION = 60;
    private static final Comparator<Session<String>> ORDER = Comparator.<Session<String>, String>comparing(Session::key)
            .thenComparing(Session::end)
            .thenComparing(Session::start);

    private final boolean isTimeTold;
    private Content staged = new Content(new TreeMap<>(ORDER), Long.MIN_VALUE, Long.MIN_VALUE);
    private Content committed = staged.copy();

    private record Content(TreeMap<Session<String>, String> sessions, long streamTime, long greatestTime) {
        Content copy() {
            return new Content(new TreeMap<>(sessions), streamTime, greatestTime);
        }
    }

    private SessionModel(SessionSpec<String, String> spec) {
        super(spec);
        this.isTimeTold = spec.isTimeTold();
    }

    static SessionModel byWhatIsPut() {
        return new SessionModel(SessionSpec.of(
                "sessions", Serdes.string(), Serdes.string(), Duration.ofMillis(GAP), Duration.ofMillis(RETENTION)));
    }

    static SessionModel byWhatIsTold() {
        return new SessionModel(new SessionSpec<>("sessions", Serdes.string(), Serdes.string(), GAP, RETENTION, true));
    }

    @Override
    void change(SessionStore<String, String> store, Step step, long now) {
        long time = now - step.ago();
        switch (step.action() % 8) {
            case 0 -> {
                Session<String> any = new Session<>(key(step), time - step.size(), time);
                store.remove(any);
                staged.sessions.remove(any);
            }
            case 1 -> {
                store.advanceTo(time);
                moveTo(time);
            }
            case 2 -> put(store, new Session<>(key(step), time - step.size(), time), "any" + step.size());
            case 3 -> {
                for (Map.Entry<Session<String>, String> found :
                        store.fetch(key(step)).reversed().limited(1)) {
                    store.remove(found.getKey());
                    staged.sessions.remove(found.getKey());
                }
            }
            case 4 -> {
                for (Map.Entry<Session<String>, String> found :
                        store.fetch(key(step)).reversed().limited(1)) {
                    Session<String> after = new Session<>(
                            key(step), Math.min(time, found.getKey().start()), time + 1 + step.size());
                    replace(store, found.getKey(), after, "replaced" + step.size());
                }
            }
            case 5 -> merge(store, key(step), time, true);
            default -> merge(store, key(step), time, false);
        }
    }

    @Override
    void check(SessionStore<String, String> store, Step step, long now) {
        long first = now - step.ago();
        long last = first + step.size();
        List<Map.Entry<Session<String>, String>> found = overlapping(key(step), first - GAP, last + GAP);
        assertThat(store.findMergeable(key(step), first, last).toList()).isEqualTo(found);
        assertThat(store.findMergeable(key(step), first, last).reversed().toList())
                .isEqualTo(reversed(found));
        assertThat(store.fetch(key(step), first, last).toList()).isEqualTo(overlapping(key(step), first, last));
        assertSame(
                store.fetch(beginKey(step), endKey(step), first, last),
                all(first, last).stream().filter(inRange(step)).toList());
        assertSame(
                store.fetch(beginKey(step), endKey(step)),
                all(Long.MIN_VALUE, Long.MAX_VALUE).stream()
                        .filter(inRange(step))
                        .toList());
        assertThat(store.fetchAll(first, last).toList()).containsExactlyInAnyOrderElementsOf(all(first, last));
        assertThat(store.fetch(key(step)).first())
                .isEqualTo(overlapping(key(step), Long.MIN_VALUE, Long.MAX_VALUE).stream()
                        .findFirst());
    }

    @Override
    void checkAll(SessionStore<String, String> store) {
        assertThat(store.streamTime()).isEqualTo(staged.streamTime);
        assertThat(store.greatestTime()).isEqualTo(Math.max(staged.streamTime, staged.greatestTime));
        for (String key : KEYS) {
            assertThat(store.fetch(key).toList()).isEqualTo(overlapping(key, Long.MIN_VALUE, Long.MAX_VALUE));
        }
        List<Map.Entry<Session<String>, String>> everything =
                store.fetchAll(Long.MIN_VALUE, Long.MAX_VALUE).toList();
        assertThat(everything).containsExactlyInAnyOrderElementsOf(all(Long.MIN_VALUE, Long.MAX_VALUE));
        assertThat(store.fetchAll(Long.MIN_VALUE, Long.MAX_VALUE).reversed().toList())
                .isEqualTo(reversed(everything));
        assertSame(store.all(), all(Long.MIN_VALUE, Long.MAX_VALUE));
    }

    @Override
    void commit() {
        committed = staged.copy();
    }

    @Override
    void abort() {
        staged = committed.copy();
    }

    /** What a program does with a record. @param isInPlace whether the last of what is found is replaced, and not removed */
    private void merge(SessionStore<String, String> store, String key, long time, boolean isInPlace) {
        long start = time;
        long end = time;
        int records = 1;
        @Nullable Session<String> last = null;
        for (Map.Entry<Session<String>, String> found :
                store.findMergeable(key, time, time).toList()) {
            start = Math.min(start, found.getKey().start());
            end = Math.max(end, found.getKey().end());
            records += found.getValue().length();
            if (last != null) {
                store.remove(last);
                staged.sessions.remove(last);
            }
            last = found.getKey();
        }
        Session<String> after = new Session<>(key, start, end);
        if (last != null && isInPlace) {
            replace(store, last, after, "r".repeat(records));
            return;
        }
        if (last != null) {
            store.remove(last);
            staged.sessions.remove(last);
        }
        put(store, after, "r".repeat(records));
    }

    private void replace(
            SessionStore<String, String> store, Session<String> before, Session<String> after, String value) {
        boolean isLate = after.end() < limit();
        assertThat(store.replace(before, after, value)).isEqualTo(!isLate);
        staged.sessions.remove(before);
        if (!isLate) {
            cameTo(after.end());
            staged.sessions.put(after, value);
        }
    }

    private void put(SessionStore<String, String> store, Session<String> session, String value) {
        boolean isLate = session.end() < limit();
        assertThat(store.put(session, value)).isEqualTo(!isLate);
        if (!isLate) {
            cameTo(session.end());
            staged.sessions.put(session, value);
        }
    }

    private List<Map.Entry<Session<String>, String>> overlapping(String key, long first, long last) {
        return overlapping(session -> session.key().equals(key), first, last);
    }

    private List<Map.Entry<Session<String>, String>> overlapping(
            Predicate<Session<String>> isMeant, long first, long last) {
        return staged.sessions.entrySet().stream()
                .filter(entry -> isMeant.test(entry.getKey())
                        && entry.getKey().end() >= first
                        && entry.getKey().start() <= last)
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .toList();
    }

    private List<Map.Entry<Session<String>, String>> all(long first, long last) {
        return overlapping(session -> true, first, last);
    }

    private static Predicate<Map.Entry<Session<String>, String>> inRange(Step step) {
        return entry -> isInRange(entry.getKey().key(), beginKey(step), endKey(step));
    }

    private static void assertSame(
            Entries<Session<String>, String> found, List<Map.Entry<Session<String>, String>> expected) {
        assertThat(found.toList()).isEqualTo(expected);
        assertThat(found.reversed().toList()).isEqualTo(reversed(expected));
        assertThat(found.reversed().first())
                .isEqualTo(reversed(expected).stream().findFirst());
    }

    private long limit() {
        return staged.streamTime == Long.MIN_VALUE ? Long.MIN_VALUE : staged.streamTime - RETENTION;
    }

    private void cameTo(long end) {
        if (!isTimeTold) {
            moveTo(end);
        }
        staged = new Content(staged.sessions, staged.streamTime, Math.max(staged.greatestTime, end));
    }

    private void moveTo(long time) {
        staged = new Content(staged.sessions, Math.max(staged.streamTime, time), staged.greatestTime);
        staged.sessions.keySet().removeIf(session -> session.end() < limit());
    }
}
