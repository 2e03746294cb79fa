package io.millrace.dsl.query;

import io.millrace.state.Entries;
import io.millrace.state.KeyRange;
import io.millrace.state.ScanDirection;
import io.millrace.state.SortedSpec;
import io.millrace.state.StateException;
import io.millrace.state.StateView;
import io.millrace.state.StoreSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Asks the committed stores of some partitions, each through a view that is open for one question (Q2). */
public final class StateReader<S> {
    private final StoreSpec<S> spec;
    private final int firstPartition;
    private final int endPartition;
    private final IntFunction<StateView> views;

    /**
     * @param endPartition one past the last
     * @param views opens one of a partition's stores
     */
    public StateReader(StoreSpec<S> spec, int firstPartition, int endPartition, IntFunction<StateView> views) {
        this.spec = spec;
        this.firstPartition = firstPartition;
        this.endPartition = endPartition;
        this.views = views;
    }

    StoreSpec<S> spec() {
        return spec;
    }

    String name() {
        return spec.name();
    }

    /**
     * The answer of the first partition that has one.
     *
     * @throws StateException if none has, and one of them cannot be asked (Q1)
     */
    <R> @Nullable R first(Function<? super S, ? extends @Nullable R> question) {
        StateException elsewhere = null;
        for (int partition = firstPartition; partition < endPartition; partition++) {
            try {
                R answer = ask(partition, question);
                if (answer != null) {
                    return answer;
                }
            } catch (StateException e) {
                if (e.kind() != StateException.Kind.NOT_HERE) {
                    throw e;
                }
                elsewhere = e;
            }
        }
        if (elsewhere != null) {
            throw elsewhere;
        }
        return null;
    }

    long sum(ToLongFunction<? super S> question) {
        long sum = 0;
        for (int partition = firstPartition; partition < endPartition; partition++) {
            sum += number(partition, question);
        }
        return sum;
    }

    long max(ToLongFunction<? super S> question) {
        long max = Long.MIN_VALUE;
        for (int partition = firstPartition; partition < endPartition; partition++) {
            max = Math.max(max, number(partition, question));
        }
        return max;
    }

    /** The entries of one partition after those of the other. */
    <K, V> Entries<K, V> entries(Function<? super S, Entries<K, V>> question) {
        return Entries.of((direction, action) -> {
            boolean isForward = direction == ScanDirection.FORWARD;
            int count = endPartition - firstPartition;
            for (int i = 0; i < count; i++) {
                int partition = isForward ? firstPartition + i : endPartition - 1 - i;
                Boolean isDone = ask(partition, store -> {
                    Entries<K, V> found = question.apply(store);
                    return (isForward ? found : found.reversed()).forEachWhile(action);
                });
                if (Boolean.FALSE.equals(isDone)) {
                    return false;
                }
            }
            return true;
        });
    }

    /** The entries of all partitions in the order of their keys' bytes; all are asked before the first one is told. */
    <K, V> Entries<K, V> inKeyOrder(SortedSpec<K, V> asked, KeyRange range) {
        return Entries.of(new KeyOrder<>(asked, range, this::openAll));
    }

    private List<StateView> openAll() {
        List<StateView> open = new ArrayList<>();
        try {
            for (int partition = firstPartition; partition < endPartition; partition++) {
                open.add(views.apply(partition));
            }
            return open;
        } catch (Throwable e) {
            open.forEach(StateView::close);
            throw e;
        }
    }

    private long number(int partition, ToLongFunction<? super S> question) {
        Long answer = ask(partition, question::applyAsLong);
        return answer == null ? 0 : answer;
    }

    private <R> @Nullable R ask(int partition, Function<? super S, ? extends @Nullable R> question) {
        try (StateView view = views.apply(partition)) {
            return question.apply(view.store(spec));
        }
    }
}
