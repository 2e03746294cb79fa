package io.millrace.dsl;

import io.millrace.state.StoreSpec;
import io.millrace.state.time.TimerSpec;
import java.util.List;

/**
 * What a step in plain code was declared with, and may use.
 *
 * @param stores its own
 * @param tables that it looks into
 */
public record StepUses(List<StoreSpec<?>> stores, List<Lookup> tables) {
    /**
     * A global table.
     *
     * @param table its step
     * @param store that of its rows
     */
    public record Lookup(int table, String store) {}

    public StepUses {
        stores = List.copyOf(stores);
        tables = List.copyOf(tables);
    }

    static StepUses of(Pipeline.Builder builder, List<? extends GlobalTable<?, ?>> tables, List<StoreSpec<?>> stores) {
        Erased.given("list of global tables", tables)
                .forEach(table ->
                        builder.requireSame(Erased.given("table", table).builder()));
        return new StepUses(
                stores,
                tables.stream()
                        .map(table -> new Lookup(table.step(), table.name()))
                        .distinct()
                        .toList());
    }

    /** Refuses timers, which have keys of their own and no record whose key a step could keep. */
    StepUses withoutTimers(String step) {
        for (StoreSpec<?> store : stores) {
            if (store instanceof TimerSpec<?>) {
                throw new PipelineException(
                        "processValues '" + step + "' has timers '" + store.name()
                                + "', which have keys of their own and no record whose key it could keep: use process(...) and its outputs");
            }
        }
        return this;
    }

    /** The steps of the tables. */
    List<Integer> lookups() {
        return tables.stream().map(Lookup::table).toList();
    }

    /** Whether it looks into this table. */
    public boolean has(GlobalTable<?, ?> table) {
        return tables.contains(new Lookup(table.step(), table.name()));
    }
}
