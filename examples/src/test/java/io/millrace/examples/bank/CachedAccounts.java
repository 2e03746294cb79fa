package io.millrace.examples.bank;

import io.millrace.dsl.GlobalTable;
import io.millrace.dsl.RowLookup;
import io.millrace.dsl.StoreAccess;
import io.millrace.dsl.TimerHandler;
import io.millrace.state.Entries;
import io.millrace.state.KeyValueStore;
import io.millrace.state.StoreSpec;
import io.millrace.state.time.TimerSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A bug: accounts are looked up in a map before the store is asked, "because that is faster". Of an aborted transaction the map knows nothing. */
record CachedAccounts(StoreAccess stores, Map<Long, Account> cache) implements StoreAccess {
    @Override
    @SuppressWarnings("unchecked") // the specification's type says it
    public <S> S get(StoreSpec<S> spec) {
        return spec == Ledger.ACCOUNTS ? (S) new CachedStore(stores.get(Ledger.ACCOUNTS), cache) : stores.get(spec);
    }

    @Override
    public <K, V> RowLookup<K, V> get(GlobalTable<K, V> table) {
        return stores.get(table);
    }

    @Override
    public <K> void onTimer(TimerSpec<K> timers, TimerHandler<K> handler) {
        stores.onTimer(timers, handler);
    }

    private record CachedStore(KeyValueStore<Long, Account> store, Map<Long, Account> cache)
            implements KeyValueStore<Long, Account> {
        @Override
        public String name() {
            return store.name();
        }

        @Override
        public @Nullable Account get(Long key) {
            Account cached = cache.get(key);
            return cached == null ? store.get(key) : cached;
        }

        @Override
        public void put(Long key, Account value) {
            cache.put(key, value);
            store.put(key, value);
        }

        @Override
        public void delete(Long key) {
            cache.remove(key);
            store.delete(key);
        }

        @Override
        public Entries<Long, Account> all() {
            return store.all();
        }

        @Override
        public long approximateCount() {
            return store.approximateCount();
        }
    }
}
