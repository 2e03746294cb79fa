package io.millrace.dsl.operator;

import io.millrace.dsl.Output;
import io.millrace.dsl.Step;
import io.millrace.state.StoreSpec;
import java.util.Map;

/** What the makers of operators see of the task that they are for. */
interface Wiring {
    /** What a step pushes to: nothing, its one consumer, or all of them. */
    Operator behind(Step step);

    /** Where each way out of a step leads, in a stable order; those that are not used are missing. */
    Map<Output<?, ?>, Operator> outlets(Step step);

    /** A store of the task. */
    <S> S store(StoreSpec<S> spec);

    /** A step of the task. */
    Step step(int id);

    /** The rows of a table of the task, for one user. */
    TableLookup lookup(int table);

    /** The rows of a global table, for all its users in the task. */
    GlobalRows globalTable(String name);

    /** The number of the task's partitions; only for a task that has stores. */
    int partition();

    RecordContext context();
}
