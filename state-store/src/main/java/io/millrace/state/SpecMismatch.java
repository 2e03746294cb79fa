package io.millrace.state;

import java.util.List;

/** Says how a store was declared otherwise than it is asked for, in the names of what its bytes are. Pure. */
final class SpecMismatch {
    private SpecMismatch() {}

    static IllegalArgumentException of(StoreSpec<?> declared, StoreSpec<?> asked) {
        List<String> differences = declared.manifest().differences(asked.manifest());
        String how = differences.isEmpty()
                ? "with other objects of the same names: keep its StoreSpec in one constant and use it everywhere"
                : String.join(", ", differences);
        return new IllegalArgumentException("Store '" + asked.name() + "' was declared otherwise: " + how);
    }
}
