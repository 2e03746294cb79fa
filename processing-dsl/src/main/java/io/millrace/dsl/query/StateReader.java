package io.millrace.dsl.query;

import io.millrace.state.Entries;
import io.millrace.state.ScanDirection;
import io.millrace.state.StateException;
import io.millrace.state.StateView;
import io.millrace.state.StoreSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
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
        Elsewhere elsewhere = new Elsewhere();
        for (int partition = firstPartition; partition < endPartition; partition++) {
            try {
                R answer = ask(partition, question);
                if (answer != null) {
                    return answer;
                }
            } catch (StateException e) {
                elsewhere.add(partition, e);
            }
        }
        elsewhere.checkNone();
        return null;
    }

    /**
     * The entries of a key, which are in one partition: in whichever that is. All that can be asked are opened before the first entry comes.
     *
     * @throws StateException when it is visited, if no partition has any, and one of them cannot be asked (Q1)
     */
    <K, V> Entries<K, V> ofKey(Function<? super S, Entries<K, V>> question) {
        return Entries.of((direction, action) -> {
            Elsewhere elsewhere = new Elsewhere();
            boolean[] isFound = {false};
            boolean isDone = visit(openWhatIsHere(elsewhere), question, direction, (key, value) -> {
                isFound[0] = true;
                return action.test(key, value);
            });
            if (!isFound[0]) {
                elsewhere.checkNone();
            }
            return isDone;
        });
    }

    /** The entries of one partition after those of the other; all are asked before the first one is told. */
    <K, V> Entries<K, V> whole(Function<? super S, Entries<K, V>> question) {
        return Entries.of((direction, action) -> visit(openAll(), question, direction, action));
    }

    private <K, V> boolean visit(
            List<StateView> open,
            Function<? super S, Entries<K, V>> question,
            ScanDirection direction,
            BiPredicate<? super K, ? super V> action) {
        try {
            boolean isForward = direction == ScanDirection.FORWARD;
            for (int i = 0; i < open.size(); i++) {
                StateView view = open.get(isForward ? i : open.size() - 1 - i);
                Entries<K, V> found = question.apply(view.store(spec));
                if (!(isForward ? found : found.reversed()).forEachWhile(action)) {
                    return false;
                }
            }
            return true;
        } finally {
            open.forEach(StateView::close);
        }
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

    /** The entries of all partitions in one order; all are asked before the first one is told. */
    <K, V> Entries<K, V> merged(MergedPartitions.Pieces<K, V> pieces) {
        return Entries.of(new MergedPartitions<>(this::openAll, pieces));
    }

    private List<StateView> openAll() {
        Elsewhere elsewhere = new Elsewhere();
        List<StateView> open = openWhatIsHere(elsewhere);
        try {
            elsewhere.checkNone();
            return open;
        } catch (StateException e) {
            open.forEach(StateView::close);
            throw e;
        }
    }

    private List<StateView> openWhatIsHere(Elsewhere elsewhere) {
        List<StateView> open = new ArrayList<>();
        try {
            for (int partition = firstPartition; partition < endPartition; partition++) {
                try {
                    open.add(views.apply(partition));
                } catch (StateException e) {
                    elsewhere.add(partition, e);
                }
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

    /** The partitions that cannot be asked here and now. */
    private final class Elsewhere {
        private final List<Integer> partitions = new ArrayList<>();
        private @Nullable StateException first;

        /** @throws StateException this one, if it says anything else */
        void add(int partition, StateException refusal) {
            if (refusal.kind() != StateException.Kind.NOT_HERE) {
                throw refusal;
            }
            partitions.add(partition);
            first = first == null ? refusal : first;
        }

        void checkNone() {
            StateException refusal = first;
            if (refusal == null) {
                return;
            }
            throw new StateException(
                    StateException.Kind.NOT_HERE,
                    "The answer may be in partitions " + partitions + " of store '" + name()
                            + "', which cannot be asked now: queries().partitions(\"" + name()
                            + "\") says which instance has each, and queries().partitionOf(\"" + name()
                            + "\", keySerde, key) in which one a key is. " + refusal.getMessage(),
                    refusal);
        }
    }
}
