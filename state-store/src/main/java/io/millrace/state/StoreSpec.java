package io.millrace.state;

import io.millrace.serde.OrderedSerde;
import io.millrace.serde.Serde;
import org.jspecify.annotations.Nullable;

/**
 * A store as its user declares it: a constant, equal to another one that was made alike. {@link #keyValue}, {@link #sorted} and {@link
 * #timestamped} make those of keys; {@code io.millrace.state.time} has those of keys and times.
 *
 * @param <S> the store as its user sees it
 */
public interface StoreSpec<S> {
    /** Its identity, by which it is found again after a restart: {@code [a-zA-Z0-9._-]}, at most 100 characters. */
    String name();

    /** What the bytes of its content are; pinned beside them, and compared at every opening (S7). */
    StoreManifest manifest();

    /** Makes the store of one partition; called by {@link PartitionState} alone. */
    S open(StoreLayer layer);

    /** Values by key. */
    static <K, V> KeyValueSpec<K, V> keyValue(String name, Serde<K> keySerde, Serde<V> valueSerde) {
        return new KeyValueSpec<>(name, keySerde, valueSerde);
    }

    /** Values by key, with ranges of keys. */
    static <K, V> SortedSpec<K, V> sorted(String name, OrderedSerde<K> keySerde, Serde<V> valueSerde) {
        return new SortedSpec<>(name, keySerde, valueSerde);
    }

    /** Values by key, each with a time. */
    static <K, V> KeyValueSpec<K, Timestamped<V>> timestamped(String name, Serde<K> keySerde, Serde<V> valueSerde) {
        checkSerdes(name, keySerde, valueSerde);
        return new KeyValueSpec<>(name, keySerde, Timestamped.serde(valueSerde));
    }

    /** @throws IllegalArgumentException if this cannot be the name of a store */
    static String checkName(@Nullable String name) {
        if (name == null || !name.matches("[a-zA-Z0-9._-]{1,100}") || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException(
                    "A store's name has 1 to 100 characters of a-z, A-Z, 0-9, '.', '_' and '-', got "
                            + (name == null ? "no name" : "'" + name + "'"));
        }
        return name;
    }

    /**
     * The same of a store's name and the serdes beside it.
     *
     * @throws IllegalArgumentException if one of them is missing, or the name cannot be that of a store
     */
    static void checkSerdes(@Nullable String name, @Nullable Serde<?> keySerde, @Nullable Serde<?> valueSerde) {
        checkName(name);
        checkGiven("key serde of store '" + name + "'", keySerde);
        checkGiven("value serde of store '" + name + "'", valueSerde);
    }

    /** @throws IllegalArgumentException if what a store is declared with is missing */
    static <T> T checkGiven(String what, @Nullable T part) {
        if (part == null) {
            throw new IllegalArgumentException("The " + what + " is missing: null was given where one is needed");
        }
        return part;
    }

    /**
     * What every kind of store says of null before it changes anything.
     *
     * @param remover the call by which a user removes what is there
     * @throws NullPointerException if key or value is null
     */
    static void checkPresent(String store, @Nullable Object key, @Nullable Object value, String remover) {
        if (key == null) {
            throw nullKey(store);
        }
        if (value == null) {
            throw new NullPointerException(
                    "Store '" + store + "' takes no null as a value: call " + remover + " to remove what is there");
        }
    }

    /** The same of a key alone. */
    static NullPointerException nullKey(String store) {
        return new NullPointerException("Store '" + store + "' takes no null as a key");
    }

    /** The same of a bound of a range of keys. */
    static NullPointerException nullBound(String store) {
        return new NullPointerException(
                "Store '" + store
                        + "' takes no null as a bound: a range that begins with the first key is before(to), one that ends with the last atLeast(from), and one of both all()");
    }
}
