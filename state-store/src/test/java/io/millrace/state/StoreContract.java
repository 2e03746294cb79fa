package io.millrace.state;

import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What stores of every kind are tested with, on every backend. */
public abstract class StoreContract {
    private StoreHarness harness;

    /** Called once a test. */
    protected abstract StateBackend newBackend();

    /** Opens stores; once a test. */
    protected final void open(StoreSpec<?>... specs) {
        harness = new StoreHarness(newBackend(), same -> same, StateStoreConfig.defaults(), List.of(specs));
    }

    protected final StoreHarness harness() {
        return harness;
    }

    protected final <S> S store(StoreSpec<S> spec) {
        return harness.store(spec);
    }

    /** Every layer that content can lie in: what {@code first} does is in the backend, {@code second} is committed, {@code third} is open. */
    protected final void inEveryLayer(Runnable first, Runnable second, Runnable third) {
        first.run();
        harness.commit();
        harness.flush();
        second.run();
        harness.commit();
        third.run();
    }

    @AfterEach
    void closeStores() {
        harness.close();
    }
}
