package io.millrace.proof.pipelines;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Windows of all kinds, and what goes by event time like them. */
final class ReferenceWindows {
    private static final String OPEN = "open";
    private static final int ADVANCE = 5;

    private record Window(String key, long start) {}

    private record Value(long value, long timestamp) {}

    private record Session(String key, long start, long end, long value) {}

    /** A record that came. @param came event time then: it is in windows that were open */
    private record Point(String key, long time, long value, long came) {}

    private static final Comparator<Window> ORDER =
            Comparator.comparingLong(Window::start).thenComparing(Window::key);

    private final ReferenceState state;
    private final Reference.Push next;

    ReferenceWindows(ReferenceState state, Reference.Push next) {
        this.state = state;
        this.next = next;
    }

    void accept(Node node, int partition, Change change, long watermark) {
        String key = change.key();
        if (node.kind() == Kind.DEDUPLICATE) {
            if (key != null) {
                deduplicate(node, partition, key, change, watermark);
            }
            return;
        }
        Long value = change.after();
        if (key == null || value == null) {
            return;
        }
        long time = change.timestamp();
        switch (node.kind()) {
            case SLIDING, SLIDING_FINAL -> slide(node, partition, new Point(key, time, value, watermark), watermark);
            case SESSIONS, SESSIONS_FINAL -> session(node, partition, key, value, time, watermark);
            default -> window(node, partition, key, value, time, watermark);
        }
    }

    void fire(Node node, int partition, long until) {
        switch (node.kind()) {
            case SLIDING_FINAL -> fireSlides(node, partition, until);
            case SESSIONS_FINAL -> fireSessions(node, partition, until);
            default -> fireWindows(node, partition, until);
        }
    }

    private void tell(Node node, int partition, String key, long start, @Nullable Long value, long timestamp) {
        next.push(node, partition, new Change(UserCode.windowed(key, start), null, value, timestamp));
    }

    // --- of a fixed size

    private static long close(Node node, long start) {
        return start + UserCode.length(node.a()) + UserCode.grace(node.a());
    }

    private Map<Window, Value> open(Node node, int partition) {
        Map<Window, Value> copy = new TreeMap<>(ORDER);
        copy.putAll(state.get(node, partition, OPEN, Map.<Window, Value>of()));
        return copy;
    }

    private void window(Node node, int partition, String key, long value, long time, long now) {
        int size = UserCode.length(node.a());
        int advance = node.kind() == Kind.HOPPING ? ADVANCE : size;
        Map<Window, Value> open = open(node, partition);
        List<Window> changed = new ArrayList<>();
        for (long start = Math.floorDiv(time, advance) * advance; start > time - size; start -= advance) {
            if (close(node, start) > now) {
                Window window = new Window(key, start);
                Value before = open.get(window);
                long sum = UserCode.fold(before == null ? UserCode.first() : before.value(), value);
                open.put(window, new Value(sum, before == null ? time : Math.max(before.timestamp(), time)));
                changed.add(0, window);
            }
        }
        state.put(node, partition, OPEN, open);
        if (!node.kind().actsAtTimes()) {
            for (Window window : changed) {
                Value now1 = open.get(window);
                tell(node, partition, key, window.start(), now1.value(), now1.timestamp());
            }
        }
    }

    private void fireWindows(Node node, int partition, long until) {
        Map<Window, Value> open = open(node, partition);
        List<Window> due = open.keySet().stream()
                .filter(window -> close(node, window.start()) <= until)
                .toList();
        for (Window window : due) {
            Value value = open.remove(window);
            tell(node, partition, window.key(), window.start(), value.value(), value.timestamp());
        }
        state.put(node, partition, OPEN, open);
    }

    // --- that slide

    /** Of a window are the records from its start to its start and the time difference, both included. */
    private static List<Point> within(Node node, List<Point> points, String key, long start) {
        int difference = UserCode.length(node.a());
        return points.stream()
                .filter(point -> point.key().equals(key)
                        && point.time() >= start
                        && point.time() <= start + difference
                        && isOpen(node, start, point.came()))
                .toList();
    }

    private static long closeOfSlide(Node node, long start) {
        return start + UserCode.length(node.a()) + UserCode.slidingGrace() + 1;
    }

    private static boolean isOpen(Node node, long start, long now) {
        return closeOfSlide(node, start) > now;
    }

    /** There is a window that ends with each record, and one that begins behind it. */
    private static TreeSet<Long> starts(List<Point> points, String key, int difference) {
        TreeSet<Long> starts = new TreeSet<>();
        points.stream().filter(point -> point.key().equals(key)).forEach(point -> {
            starts.add(point.time() - difference);
            starts.add(point.time() + 1);
        });
        return starts;
    }

    private void slide(Node node, int partition, Point point, long now) {
        int difference = UserCode.length(node.a());
        if (!isOpen(node, point.time(), now)) {
            return;
        }
        List<Point> points = new ArrayList<>(state.get(node, partition, OPEN, List.<Point>of()));
        TreeSet<Long> before = starts(points, point.key(), difference);
        points.add(point);
        state.put(node, partition, OPEN, points);
        if (node.kind().actsAtTimes()) {
            return;
        }
        for (long start : starts(points, point.key(), difference)) {
            boolean isIn = start <= point.time() && point.time() <= start + difference;
            boolean isNew = start == point.time() + 1 && !before.contains(start);
            if ((isIn || isNew) && isOpen(node, start, now)) {
                tellSlide(node, partition, point.key(), start, within(node, points, point.key(), start));
            }
        }
    }

    private void tellSlide(Node node, int partition, String key, long start, List<Point> points) {
        if (!points.isEmpty()) {
            long sum = points.stream().mapToLong(Point::value).sum();
            long last = points.stream().mapToLong(Point::time).max().orElseThrow();
            tell(node, partition, key, start, sum, last);
        }
    }

    private void fireSlides(Node node, int partition, long until) {
        int difference = UserCode.length(node.a());
        List<Point> points = state.get(node, partition, OPEN, List.<Point>of());
        List<Window> told = new ArrayList<>(state.get(node, partition, "told", List.<Window>of()));
        for (String key : new TreeSet<>(points.stream().map(Point::key).toList())) {
            for (long start : starts(points, key, difference)) {
                Window window = new Window(key, start);
                List<Point> within = within(node, points, key, start);
                if (!within.isEmpty() && !told.contains(window) && closeOfSlide(node, start) <= until) {
                    told.add(window);
                    tellSlide(node, partition, key, start, within);
                }
            }
        }
        state.put(node, partition, "told", told);
    }

    // --- sessions

    private void session(Node node, int partition, String key, long value, long time, long now) {
        int gap = UserCode.length(node.a());
        // Before anything is known of event time, all are open.
        long firstOpen = now == Long.MIN_VALUE ? now : now - gap - UserCode.grace(node.a());
        List<Session> sessions = new ArrayList<>(state.get(node, partition, OPEN, List.<Session>of()));
        List<Session> met = sessions.stream()
                .filter(session -> session.key().equals(key)
                        && session.end() >= firstOpen
                        && session.start() <= time + gap
                        && session.end() >= time - gap)
                .toList();
        long start = Math.min(time, met.stream().mapToLong(Session::start).min().orElse(time));
        long end = Math.max(time, met.stream().mapToLong(Session::end).max().orElse(time));
        if (end < firstOpen) {
            return;
        }
        long sum = value + met.stream().mapToLong(Session::value).sum();
        sessions.removeAll(met);
        sessions.add(new Session(key, start, end, sum));
        state.put(node, partition, OPEN, sessions);
        if (!node.kind().actsAtTimes()) {
            met.stream()
                    // One of a single moment stays what it is if the record is of that moment.
                    .filter(session -> start != end)
                    .sorted(Comparator.comparingLong(Session::start))
                    .forEach(session -> tell(node, partition, key, session.start(), null, session.end()));
            tell(node, partition, key, start, sum, end);
        }
    }

    private void fireSessions(Node node, int partition, long until) {
        List<Session> sessions = new ArrayList<>(state.get(node, partition, OPEN, List.<Session>of()));
        for (Session session : List.copyOf(sessions)) {
            if (close(node, session.end()) < until) {
                sessions.remove(session);
                tell(node, partition, session.key(), session.start(), session.value(), session.end());
            }
        }
        state.put(node, partition, OPEN, sessions);
    }

    // --- once

    private void deduplicate(Node node, int partition, String key, Change change, long watermark) {
        long window = UserCode.length(node.a());
        long time = change.timestamp();
        boolean isFarBehind = watermark != Long.MIN_VALUE && time < watermark - window;
        String id = key + "/" + UserCode.id(change.after());
        Map<String, List<Long>> passed = new HashMap<>(state.get(node, partition, OPEN, Map.<String, List<Long>>of()));
        List<Long> known = new ArrayList<>(passed.getOrDefault(id, List.of()));
        boolean isRepeated = known.stream()
                .anyMatch(before ->
                        Math.abs(before - time) < window && (!isFarBehind || before > watermark - 2 * window));
        if (!isRepeated && !isFarBehind) {
            known.add(time);
            passed.put(id, known);
            state.put(node, partition, OPEN, passed);
            next.push(node, partition, new Change(key, null, change.after(), time));
        }
    }
}
