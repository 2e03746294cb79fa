package io.millrace.dsl.operator;

import io.millrace.dsl.GlobalTable;
import io.millrace.dsl.RowLookup;
import io.millrace.dsl.StepUses;
import io.millrace.dsl.StoreAccess;
import io.millrace.dsl.TimerHandler;
import io.millrace.state.StoreSpec;
import io.millrace.state.time.TimerSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The stores and global tables that a step was declared with, and no others. */
final class ProcessStores implements StoreAccess {
    private final String step;
    private final StepUses uses;
    private final Wiring wiring;
    private final Map<StoreSpec<?>, StepTimers<?>> timers = new HashMap<>();

    ProcessStores(String step, StepUses uses, Wiring wiring) {
        this.step = step;
        this.uses = uses;
        this.wiring = wiring;
        for (StoreSpec<?> store : uses.stores()) {
            if (store instanceof TimerSpec<?> spec) {
                timers.put(spec, open(spec));
            }
        }
    }

    private <K> StepTimers<K> open(TimerSpec<K> spec) {
        return new StepTimers<>(spec, wiring.store(spec), wiring.context());
    }

    @Override
    public <S> S get(StoreSpec<S> spec) {
        if (!uses.stores().contains(spec)) {
            throw new IllegalArgumentException("Step '" + step + "' was not declared with store '" + spec.name()
                    + "': name it where the step is written, in process(name, factory, stores...) or processValues");
        }
        StepTimers<?> known = timers.get(spec);
        if (known != null) {
            @SuppressWarnings("unchecked") // the spec is that of timers, so S is their type
            S typed = (S) known;
            return typed;
        }
        return wiring.store(spec);
    }

    @Override
    @SuppressWarnings("unchecked") // the table's types are those of its rows
    public <K, V> RowLookup<K, V> get(GlobalTable<K, V> table) {
        if (!uses.has(table)) {
            throw new IllegalArgumentException("Step '" + step + "' was not declared with global table '"
                    + table.name() + "': name it where the step is written, in process(name, factory, List.of(table),"
                    + " stores...) or processValues");
        }
        GlobalRows rows = wiring.globalTable(table.name());
        return key -> (V) rows.find(key);
    }

    @Override
    public <K> void onTimer(TimerSpec<K> spec, TimerHandler<K> handler) {
        if (!(get(spec) instanceof StepTimers<K> known)) {
            throw new IllegalStateException("Store '" + spec.name() + "' has no timers");
        }
        known.handle(handler);
    }

    /** The step's timers in the order of their declaration, once its processor is made. */
    List<StepTimers<?>> timers() {
        List<StepTimers<?>> declared = new ArrayList<>();
        for (StoreSpec<?> store : uses.stores()) {
            StepTimers<?> known = timers.get(store);
            if (known != null) {
                if (!known.isHandled()) {
                    throw new IllegalStateException(
                            "Step '" + step + "' has timers '" + store.name()
                                    + "' and does not say what they do: call onTimer(spec, handler) where its processor is made");
                }
                declared.add(known);
            }
        }
        return declared;
    }
}
