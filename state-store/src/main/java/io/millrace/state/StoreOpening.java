package io.millrace.state;

import java.util.List;
import java.util.function.IntConsumer;

/** What is asked of a store before a partition of it is used. Stateless. */
final class StoreOpening {
    private StoreOpening() {}

    /**
     * Opens a store, and pins what it is if it is new.
     *
     * @return its number in the backend
     * @throws StateException of kind INCOMPATIBLE if it is something else (S7), CORRUPT if the partition has entries without a position (S1)
     */
    static int open(StateBackend backend, StoreSpec<?> spec, int partition) {
        int number = backend.openStore(spec.name());
        if (!isPinned(backend, number, spec)) {
            backend.pin(number, spec.manifest());
        }
        if (backend.position(number, partition).isEmpty() && hasEntries(backend, number, partition)) {
            throw new StateException(
                    StateException.Kind.CORRUPT,
                    "Partition " + partition + " of store '" + spec.name()
                            + "' has entries, and nothing says of which moment: they are not what was written. Restore the state's directory,"
                            + " or move it away to have it rebuilt from the log");
        }
        return number;
    }

    /**
     * Asks what a store is, and changes nothing: one that is not there yet may be anything.
     *
     * @throws StateException of kind INCOMPATIBLE if it is something else (S7)
     */
    static void check(StateBackend backend, StoreSpec<?> spec) {
        if (backend.hasStore(spec.name())) {
            isPinned(backend, backend.openStore(spec.name()), spec);
        }
    }

    /**
     * Says what a store is fed by from now on.
     *
     * @param dropAll removes all that the store holds, before anything else is pinned to it
     * @return false if it was fed by something else, and what came of that is dropped
     * @throws StateException of kind INCOMPATIBLE if it is something else (S7)
     */
    static boolean follow(StateBackend backend, StoreSpec<?> spec, String source, IntConsumer dropAll) {
        int number = backend.openStore(spec.name());
        isPinned(backend, number, spec);
        String before = backend.manifest(number).flatMap(StoreManifest::source).orElse(null);
        if (source.equals(before)) {
            return true;
        }
        if (before != null) {
            dropAll.accept(number);
        }
        backend.pin(number, spec.manifest().withSource(source));
        return before == null;
    }

    private static boolean isPinned(StateBackend backend, int number, StoreSpec<?> spec) {
        StoreManifest declared = spec.manifest();
        StoreManifest pinned =
                backend.manifest(number).map(StoreManifest::withoutSource).orElse(null);
        if (pinned != null && !pinned.equals(declared)) {
            throw incompatible(spec.name(), pinned.differences(declared));
        }
        return pinned != null;
    }

    private static StateException incompatible(String store, List<String> differences) {
        return new StateException(
                StateException.Kind.INCOMPATIBLE,
                "Store '" + store + "' holds what was written otherwise: " + String.join("; ", differences)
                        + ". Declare it as it was, or give the new one a name of its own: its state is then built anew");
    }

    private static boolean hasEntries(StateBackend backend, int store, int partition) {
        boolean[] isThere = {false};
        try (StateBackend.Reader reader = backend.newReader(partition)) {
            reader.scan(store, (key, value) -> {
                isThere[0] = true;
                return false;
            });
        }
        return isThere[0];
    }
}
