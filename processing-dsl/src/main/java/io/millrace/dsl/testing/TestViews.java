package io.millrace.dsl.testing;

import io.millrace.dsl.Application;
import io.millrace.dsl.query.StateReader;
import io.millrace.state.StateException;
import io.millrace.state.StateView;
import io.millrace.state.StoreSpec;

/** Finds the partitions of an application's stores, wherever they are. */
final class TestViews {
    private TestViews() {}

    /** @param endPartition one past the last */
    static <S> StateReader<S> of(SimulatedRun run, StoreSpec<S> spec, int firstPartition, int endPartition) {
        return new StateReader<>(spec, firstPartition, endPartition, partition -> open(run, spec, partition));
    }

    private static StateView open(SimulatedRun run, StoreSpec<?> spec, int partition) {
        for (Application instance : run.process().instances()) {
            try {
                StateView view = instance.view(spec, partition);
                checkSpec(run, view, spec);
                return view;
            } catch (StateException e) {
                if (e.kind() != StateException.Kind.NOT_HERE) {
                    throw e;
                }
            }
        }
        throw new StateNotHeldException("No instance has partition " + partition + " of store '" + spec.name()
                + "' now: run() gives each partition a place, in " + run);
    }

    private static void checkSpec(SimulatedRun run, StateView view, StoreSpec<?> spec) {
        try {
            view.store(spec);
        } catch (IllegalArgumentException e) {
            view.close();
            throw new IllegalStateException(e.getMessage() + ": use the store's own constant, in " + run, e);
        }
    }
}
