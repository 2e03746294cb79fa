package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.cache.AbortedTransactions;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What was committed in the stores of one partition at one moment, all of them together: a transaction is seen in all stores or in none, and
 * what is staged is never seen. Opened by {@link StateDatabase#view} in any thread; used by one thread at a time. Stays as it is
 * whatever is committed later, also when the partition moves away, until it is closed or the database is.
 *
 * <p>Close it: an open view keeps what it reads in memory and on disk, and a commit that follows its opening copies what is committed and not
 * written yet. Whoever answers many questions asks several of one view, or opens one a question.
 */
public final class StateView implements AutoCloseable {
    private final List<StoreSpec<?>> specs;
    private final ViewLayers layers;
    private final @Nullable Object[] stores;

    StateView(List<StoreSpec<?>> specs, ViewLayers layers) {
        this.specs = specs;
        this.layers = layers;
        this.stores = new Object[specs.size()];
    }

    public int partition() {
        return layers.partition();
    }

    /**
     * The store as it was then, for reading; to change it is an UnsupportedOperationException.
     *
     * @throws IllegalArgumentException if this is not one of the stores that the partition's owner declared
     */
    public <S> S store(StoreSpec<S> spec) {
        int index = indexOf(spec.name());
        if (!specs.get(index).equals(spec)) {
            throw SpecMismatch.of(specs.get(index), spec);
        }
        Object store = stores[index];
        if (store == null) {
            store = spec.open(layer(index, spec.name()));
            stores[index] = store;
        }
        @SuppressWarnings("unchecked") // The specs are equal, so this one could have opened the store, with this type.
        S typed = (S) store;
        return typed;
    }

    /**
     * The same store by another specification of the same bytes: one that reads keys and values into other objects, or keeps things for another time.
     * Made anew with each call.
     *
     * @throws IllegalArgumentException if its manifest is not that of the store that the owner declared, or there is no such store
     */
    public <S> S storeAs(StoreSpec<S> spec) {
        int index = indexOf(spec.name());
        if (!specs.get(index).manifest().equals(spec.manifest())) {
            throw SpecMismatch.of(specs.get(index), spec);
        }
        return spec.open(layer(index, spec.name()));
    }

    /**
     * Entries of a store of values by key, as they were then, by their keys' bytes; its keys need not have been declared with an order.
     *
     * @param spec what the bytes of the store's entries are, by the names of the serdes
     * @throws IllegalArgumentException if the store's owner declared them otherwise, or has no such store
     */
    public <K, V> Entries<K, V> range(SortedSpec<K, V> spec, KeyRange range) {
        int index = indexOf(spec.name());
        StoreManifest declared = specs.get(index).manifest();
        if (!declared.properties()
                .entrySet()
                .containsAll(spec.manifest().properties().entrySet())) {
            throw SpecMismatch.of(specs.get(index), spec);
        }
        return layer(index, spec.name())
                .uncached(spec.keySerde(), spec.valueSerde())
                .range(range);
    }

    /**
     * Looks up the bytes of a key, for who asks several partitions about one key, and turns it into bytes once. Allocates nothing.
     *
     * @param scratch where the value may be copied to; cleared before
     * @param value turned to the value's bytes, valid until {@code scratch} is used again or this is closed
     * @return false if there is no such key
     */
    public boolean read(String store, BytesView key, BytesWriter scratch, BytesView value) {
        return layers.read(indexOf(store), key, scratch.clear(), value).isValue();
    }

    /** The changelog position that the store's content stands for: the next offset that is not in it. Empty if it never had any. */
    public OptionalLong position(String store) {
        long position = layers.position(indexOf(store));
        return position == CommittedLayers.NO_POSITION ? OptionalLong.empty() : OptionalLong.of(position);
    }

    @Override
    public void close() {
        layers.close();
    }

    private StoreLayer layer(int index, String store) {
        return new StoreLayer(layers, new AbortedTransactions(), store, index, false);
    }

    private int indexOf(String store) {
        for (int i = 0; i < specs.size(); i++) {
            if (specs.get(i).name().equals(store)) {
                return i;
            }
        }
        throw new IllegalArgumentException("Store '" + store + "' is not one of those that this view is of: "
                + specs.stream().<String>map(StoreSpec::name).toList());
    }
}
