package io.millrace.platform.sim;

import io.millrace.platform.StorageException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to go wrong, and how many calls were counted. Guarded by its storage. */
final class FaultPlan {
    private static final long NEVER = -1;

    private static final class Failure {
        private final StorageOperation operation;
        private final StorageException.Kind kind;
        private long skip;

        Failure(StorageOperation operation, long skip, StorageException.Kind kind) {
            this.operation = operation;
            this.skip = skip;
            this.kind = kind;
        }
    }

    private final List<Failure> failures = new ArrayList<>();
    private long crashAt = NEVER;
    private long calls;
    private long capacity = Long.MAX_VALUE;

    long calls() {
        return calls;
    }

    long capacity() {
        return capacity;
    }

    void limitTo(long bytes) {
        capacity = bytes;
    }

    void crashAt(long call) {
        crashAt = call;
    }

    void fail(StorageOperation operation, long skip, StorageException.Kind kind) {
        failures.add(new Failure(operation, skip, kind));
    }

    /** Counts a call. @return true if the process dies in it */
    boolean countCall() {
        return calls++ == crashAt;
    }

    /** The kind with which this call has to fail, or null. */
    StorageException.@Nullable Kind take(StorageOperation operation) {
        for (Iterator<Failure> planned = failures.iterator(); planned.hasNext(); ) {
            Failure failure = planned.next();
            if (failure.operation == operation && failure.skip-- == 0) {
                planned.remove();
                return failure.kind;
            }
        }
        return null;
    }
}
