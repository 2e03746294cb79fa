package io.millrace.proof.pipelines;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What tables, joins with them and steps in plain code do, and what they keep. */
final class ReferenceTables {
    private static final String ROWS = "rows";
    private static final String TIMERS = "timers";

    /** A row of a table. */
    record Row(long value, long timestamp) {}

    private record Timer(long time, String key) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer that) {
            return time == that.time ? key.compareTo(that.key) : Long.compare(time, that.time);
        }
    }

    private final PipelinePlan plan;
    private final ReferenceState state;
    private final Reference.Push next;

    ReferenceTables(PipelinePlan plan, ReferenceState state, Reference.Push next) {
        this.plan = plan;
        this.state = state;
        this.next = next;
    }

    Map<String, Row> rows(Node table, int partition) {
        return switch (table.kind()) {
            case TABLE_FILTER, TABLE_MAP -> {
                Map<String, Row> rows = new TreeMap<>();
                rows(plan.node(table.input(0)), partition).keySet().forEach(key -> {
                    Row row = row(table, partition, key);
                    if (row != null) {
                        rows.put(key, row);
                    }
                });
                yield rows;
            }
            default -> state.get(table, partition, ROWS, new TreeMap<>());
        };
    }

    private @Nullable Row row(Node table, int partition, String key) {
        return switch (table.kind()) {
            case TABLE_FILTER -> {
                Row row = row(plan.node(table.input(0)), partition, key);
                yield row != null && UserCode.accepts(row.value(), table.a()) ? row : null;
            }
            case TABLE_MAP -> {
                Row row = row(plan.node(table.input(0)), partition, key);
                Long mapped = row == null ? null : UserCode.map(row.value(), table.a());
                yield mapped == null ? null : new Row(mapped, row.timestamp());
            }
            default -> rows(table, partition).get(key);
        };
    }

    private void put(Node node, int partition, String key, @Nullable Row row) {
        Map<String, Row> rows = new TreeMap<>(rows(node, partition));
        if (row == null) {
            rows.remove(key);
        } else {
            rows.put(key, row);
        }
        state.put(node, partition, ROWS, rows);
    }

    void accept(Node node, int input, int partition, Change change) {
        String key = change.key();
        Long value = change.after();
        switch (node.kind()) {
            case TO_TABLE -> {
                if (key != null) {
                    keep(node, partition, key, value, change.timestamp());
                }
            }
            case AGGREGATE, REDUCE, COGROUP -> {
                if (key != null && value != null) {
                    aggregate(node, input, partition, key, value, change.timestamp());
                }
            }
            case PROCESS_VALUES -> {
                if (key != null) {
                    sum(node, partition, key, value, change.timestamp());
                }
            }
            case PROCESS_TIMERS -> {
                if (key != null && value != null) {
                    sumUntilTimer(node, partition, key, value, change.timestamp());
                }
            }
            case STREAM_TABLE_JOIN, STREAM_TABLE_LEFT_JOIN -> {
                if (input == 0) {
                    lookUp(node, partition, change);
                }
            }
            case TABLE_FILTER -> {
                Long before = accepted(change.before(), node);
                Long after = accepted(value, node);
                if (before != null || after != null) {
                    next.push(node, partition, new Change(key, before, after, change.timestamp()));
                }
            }
            case TABLE_MAP ->
                next.push(
                        node,
                        partition,
                        new Change(
                                key,
                                UserCode.map(change.before(), node.a()),
                                UserCode.map(value, node.a()),
                                change.timestamp()));
            case TABLE_JOIN, TABLE_LEFT_JOIN, TABLE_OUTER_JOIN -> join(node, input, partition, change);
            case FOREIGN_KEY_JOIN, TABLE_GROUP -> {
                // Judged at the end, by the rows that there are then.
            }
            default -> throw new IllegalStateException("No table: " + node);
        }
    }

    private static @Nullable Long accepted(@Nullable Long value, Node node) {
        return value != null && UserCode.accepts(value, node.a()) ? value : null;
    }

    private void keep(Node node, int partition, String key, @Nullable Long value, long timestamp) {
        Row before = row(node, partition, key);
        put(node, partition, key, value == null ? null : new Row(value, timestamp));
        next.push(node, partition, new Change(key, before == null ? null : before.value(), value, timestamp));
    }

    private void aggregate(Node node, int input, int partition, String key, long value, long timestamp) {
        Row before = row(node, partition, key);
        long after;
        if (before == null && node.kind() == Kind.REDUCE) {
            after = value;
        } else {
            long sum = before == null ? UserCode.first() : before.value();
            after = input == 1 ? UserCode.foldOther(sum, value) : UserCode.fold(sum, value);
        }
        keep(node, partition, key, after, before == null ? timestamp : Math.max(before.timestamp(), timestamp));
    }

    private void sum(Node node, int partition, String key, @Nullable Long value, long timestamp) {
        if (value == null) {
            put(node, partition, key, null);
            return;
        }
        long sum = added(node, partition, key, value, timestamp);
        next.push(node, partition, new Change(key, null, sum, timestamp));
    }

    private long added(Node node, int partition, String key, long value, long timestamp) {
        Row before = row(node, partition, key);
        long sum = UserCode.fold(before == null ? 0 : before.value(), value);
        put(node, partition, key, new Row(sum, timestamp));
        return sum;
    }

    private void sumUntilTimer(Node node, int partition, String key, long value, long timestamp) {
        added(node, partition, key, value, timestamp);
        TreeSet<Timer> timers = timers(node, partition);
        timers.add(new Timer(UserCode.timer(timestamp, node.a()), key));
        state.put(node, partition, TIMERS, timers);
    }

    private TreeSet<Timer> timers(Node node, int partition) {
        return new TreeSet<>(state.get(node, partition, TIMERS, new TreeSet<>()));
    }

    void fireTimers(Node node, int partition, long until) {
        TreeSet<Timer> timers = timers(node, partition);
        while (!timers.isEmpty() && timers.first().time() <= until) {
            Timer due = timers.pollFirst();
            Row row = row(node, partition, due.key());
            if (row != null) {
                put(node, partition, due.key(), null);
                next.push(node, partition, new Change(due.key(), null, row.value(), due.time()));
            }
        }
        state.put(node, partition, TIMERS, timers);
    }

    private void lookUp(Node node, int partition, Change change) {
        boolean needsRow = node.kind() == Kind.STREAM_TABLE_JOIN;
        if (change.after() == null || (change.key() == null && needsRow)) {
            return;
        }
        Row row = change.key() == null ? null : row(plan.node(node.input(1)), partition, change.key());
        if (row != null || !needsRow) {
            long joined = UserCode.join(change.after(), row == null ? null : row.value());
            next.push(node, partition, new Change(change.key(), null, joined, change.timestamp()));
        }
    }

    private void join(Node node, int input, int partition, Change change) {
        boolean isLeft = input == 0;
        boolean needsLeft = node.kind() != Kind.TABLE_OUTER_JOIN;
        boolean needsRight = node.kind() == Kind.TABLE_JOIN;
        Row other = row(plan.node(node.input(isLeft ? 1 : 0)), partition, change.key());
        boolean needsOther = isLeft ? needsRight : needsLeft;
        // The change that took this row may have taken the other one, too.
        boolean isGone = isLeft && change.before() != null && change.after() == null && plan.meetsItself(node);
        boolean isAlone = needsRight ? isGone : !needsOther && (change.before() != null || change.after() != null);
        if (other == null && !isAlone) {
            return;
        }
        Long otherValue = other == null ? null : other.value();
        Long left = isLeft ? change.after() : otherValue;
        Long right = isLeft ? otherValue : change.after();
        boolean isNone =
                (left == null && right == null) || (left == null && needsLeft) || (right == null && needsRight);
        long timestamp = other == null ? change.timestamp() : Math.max(change.timestamp(), other.timestamp());
        keep(node, partition, change.key(), isNone ? null : UserCode.join(left, right), timestamp);
    }
}
