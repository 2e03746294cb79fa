package io.millrace.state.serde;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code List.of}, {@code Set.of} and {@code Map.of} return, {@code copyOf} and the {@code toList} of a stream: classes of the JDK without a
 * name that a program could say. Which of them a value has is not seen by who reads it.
 *
 * <pre>
 * size   field
 *    v   number of elements, or of entries
 *        each element, or each key and its value: the id of its class, and what that one's serializer writes
 * </pre>
 */
final class ImmutableCollectionSerializers {
    private ImmutableCollectionSerializers() {}

    /** So many and in this order for ever: ids follow it. Where two samples are of one class, that class has two ids. */
    static List<KryoRegistration> registrations() {
        return List.of(
                new KryoRegistration(List.of(1).getClass(), OfList::new),
                new KryoRegistration(List.of().getClass(), OfList::new),
                new KryoRegistration(List.of(1, 2, 3).subList(0, 2).getClass(), OfList::new),
                new KryoRegistration(Set.of(1).getClass(), OfSet::new),
                new KryoRegistration(Set.of().getClass(), OfSet::new),
                new KryoRegistration(Map.of(1, 1).getClass(), OfMap::new),
                new KryoRegistration(Map.of().getClass(), OfMap::new));
    }

    /** The name by which people know what this writes; null if it is none of these. */
    static @Nullable String name(Serializer<?> serializer) {
        if (serializer instanceof OfList) {
            return "java.util.List.of";
        }
        if (serializer instanceof OfSet) {
            return "java.util.Set.of";
        }
        return serializer instanceof OfMap ? "java.util.Map.of" : null;
    }

    private static void write(Kryo kryo, Output output, Collection<?> elements) {
        output.writeVarInt(elements.size(), true);
        elements.forEach(element -> kryo.writeClassAndObject(output, element));
    }

    private static @Nullable Object[] read(Kryo kryo, Input input) {
        @Nullable Object[] elements = new Object[length(input, 1)];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = kryo.readClassAndObject(input);
        }
        return elements;
    }

    /** Each element takes a byte at least: a damaged length ends in an error and not in a full heap. */
    private static int length(Input input, int leastElementBytes) {
        int length = input.readVarInt(true);
        if (length < 0 || length > (input.limit() - input.position()) / leastElementBytes) {
            throw new KryoException("a collection of " + length + " elements is declared where "
                    + (input.limit() - input.position()) + " bytes are left");
        }
        return length;
    }

    private static Object present(@Nullable Object element) {
        if (element == null) {
            throw new KryoException("null is in a collection that takes none");
        }
        return element;
    }

    private static final class OfList extends Serializer<List<?>> {
        @Override
        public void write(Kryo kryo, Output output, List<?> list) {
            ImmutableCollectionSerializers.write(kryo, output, list);
        }

        /** Null is in those of streams. */
        @Override
        public List<?> read(Kryo kryo, Input input, Class<? extends List<?>> type) {
            return Stream.of(ImmutableCollectionSerializers.read(kryo, input)).toList();
        }
    }

    private static final class OfSet extends Serializer<Set<?>> {
        @Override
        public void write(Kryo kryo, Output output, Set<?> set) {
            ImmutableCollectionSerializers.write(kryo, output, set);
        }

        @Override
        public Set<?> read(Kryo kryo, Input input, Class<? extends Set<?>> type) {
            return Set.of(Stream.of(ImmutableCollectionSerializers.read(kryo, input))
                    .map(ImmutableCollectionSerializers::present)
                    .toArray());
        }
    }

    private static final class OfMap extends Serializer<Map<?, ?>> {
        @Override
        public void write(Kryo kryo, Output output, Map<?, ?> map) {
            output.writeVarInt(map.size(), true);
            map.forEach((key, value) -> {
                kryo.writeClassAndObject(output, key);
                kryo.writeClassAndObject(output, value);
            });
        }

        @Override
        public Map<?, ?> read(Kryo kryo, Input input, Class<? extends Map<?, ?>> type) {
            @SuppressWarnings({"unchecked", "rawtypes"}) // An array of a generic type cannot be made otherwise.
            Map.Entry<Object, Object>[] entries = new Map.Entry[length(input, 2)];
            for (int i = 0; i < entries.length; i++) {
                entries[i] =
                        Map.entry(present(kryo.readClassAndObject(input)), present(kryo.readClassAndObject(input)));
            }
            return Map.ofEntries(entries);
        }
    }
}
