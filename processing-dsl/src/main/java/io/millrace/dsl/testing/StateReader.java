package io.millrace.dsl.testing;

import io.millrace.dsl.Application;
import io.millrace.state.Entries;
import io.millrace.state.ScanDirection;
import io.millrace.state.StateException;
import io.millrace.state.StateView;
import io.millrace.state.StoreSpec;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Asks the committed stores of some partitions, each through a view that is open for one question, wherever the partition is then. */
final class StateReader<S> {
    private final SimulatedRun run;
    private final StoreSpec<S> spec;
    private final int firstPartition;
    private final int endPartition;

    /** @param endPartition one past the last */
    StateReader(SimulatedRun run, StoreSpec<S> spec, int firstPartition, int endPartition) {
        this.run = run;
        this.spec = spec;
        this.firstPartition = firstPartition;
        this.endPartition = endPartition;
    }

    StoreSpec<S> spec() {
        return spec;
    }

    String name() {
        return spec.name();
    }

    /** The answer of the first partition that has one. */
    <R> @Nullable R first(Function<? super S, ? extends @Nullable R> question) {
        for (int partition = firstPartition; partition < endPartition; partition++) {
            R answer = ask(partition, question);
            if (answer != null) {
                return answer;
            }
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

    private long number(int partition, ToLongFunction<? super S> question) {
        Long answer = ask(partition, question::applyAsLong);
        return answer == null ? 0 : answer;
    }

    private <R> @Nullable R ask(int partition, Function<? super S, ? extends @Nullable R> question) {
        try (StateView view = view(partition)) {
            return question.apply(storeOf(view));
        }
    }

    private S storeOf(StateView view) {
        try {
            return view.store(spec);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(e.getMessage() + ": use the store's own constant, in " + run, e);
        }
    }

    private StateView view(int partition) {
        for (Application instance : run.process().instances()) {
            try {
                return instance.view(spec, partition);
            } catch (StateException e) {
                if (e.kind() != StateException.Kind.NOT_HERE) {
                    throw e;
                }
            }
        }
        throw new IllegalStateException("No instance has partition " + partition + " of store '" + spec.name()
                + "' now: run() gives each partition a place, in " + run);
    }
}
