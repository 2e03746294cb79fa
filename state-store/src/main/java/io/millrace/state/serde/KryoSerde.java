package io.millrace.state.serde;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.DefaultSerializers.PatternSerializer;
import com.esotericsoftware.kryo.serializers.DefaultSerializers.URISerializer;
import com.esotericsoftware.kryo.serializers.DefaultSerializers.UUIDSerializer;
import com.esotericsoftware.kryo.util.Pool;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;
import java.lang.invoke.MethodType;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Values as Kryo 5 writes them, records included. Every class within the value has to be registered (K1); ids follow the order of
 * registration. The classes, their order and what Kryo writes of each are the serde's identity ({@link #name}), so a store that was written
 * with others is refused when it is opened (K2): a class that changes needs a new store, or {@link JsonSerde}. Object graphs with shared or circular references are refused by Kryo's nature here:
 * references are off, a shared object is written twice and a cycle ends in an error.
 *
 * <p>A value may be of any registered class that is a {@code T}: an interface or a class that can have subclasses is named with those that its
 * values have, and each value then begins with the id of its class (K4). Final classes, records and enums have no such id.
 *
 * <p>What is written has to be made again when it is read. Kryo takes a constructor without arguments, which may be private; records, enums and
 * the collections of the JDK need none, nor does a class with a serializer of its own. A class that could be written and not read is refused when the serde is built (K5).
 *
 * <p>Sets and maps are written in the order in which they are iterated, which differs between equal ones: a value that has one within is no key
 * of a store or a topic.
 *
 * <p>Safe for use by several threads: Kryo instances are pooled.
 */
public final class KryoSerde<T> implements Serde<T> {
    /** Deep enough for any honest value, shallow enough to end a cycle before the stack does. */
    private static final int MAX_DEPTH = 256;

    private static final int INITIAL_BUFFER_BYTES = 256;

    private final Class<T> type;
    private final List<KryoRegistration> registered;
    private final boolean isExact;
    private final String name;
    private final Pool<Coder> coders;

    private KryoSerde(Class<T> type, List<KryoRegistration> registered) {
        this.type = type;
        this.registered = registered;
        this.coders = new Pool<>(true, false, Math.max(4, Runtime.getRuntime().availableProcessors() * 2)) {
            @Override
            protected Coder create() {
                return new Coder(KryoSerde.this.registered);
            }
        };
        // Registers once now, so that a class that cannot be registered is an error here and not at the first record.
        Coder first = coders.obtain();
        KryoCreation.check(first.kryo, registered);
        this.isExact = type.isEnum() || first.kryo.isFinal(type);
        this.name = registered.stream()
                .map(KryoRegistration::type)
                .map(each -> KryoShape.of(each, first.kryo.getSerializer(each)))
                .distinct()
                .collect(Collectors.joining(", ", isExact ? "kryo5: " : "kryo5, each value with its class: ", ""));
        coders.free(first);
    }

    /**
     * @param type the class of the values
     * @param within every other class that a value can be of or contain, but for primitives, their boxes and {@code String}
     * @throws IllegalArgumentException if a class would be written by Java serialisation, is closed to Kryo, cannot be made again when it is
     *     read, or is named twice
     */
    public static <T> KryoSerde<T> of(Class<T> type, Class<?>... within) {
        Builder<T> builder = builder(type);
        for (Class<?> each : within) {
            builder.register(each);
        }
        return builder.build();
    }

    /** For values with classes that Kryo cannot write by itself. @param type the class of the values, which is registered first */
    public static <T> Builder<T> builder(Class<T> type) {
        return new Builder<>(type, new KryoRegistration(type, null));
    }

    /** The same with a serializer for the values themselves, as {@link Builder#register(Class, Supplier)} takes it. */
    public static <T> Builder<T> builder(Class<T> type, Supplier<? extends Serializer<T>> serializer) {
        return new Builder<>(type, new KryoRegistration(type, serializer));
    }

    /** The classes that a value can be of or contain, in the order that is a part of the serde's identity. One thread. */
    public static final class Builder<T> {
        private final Class<T> type;
        private final List<KryoRegistration> registered = new ArrayList<>();
        private final Set<Class<?>> classes = new HashSet<>();

        private Builder(Class<T> type, KryoRegistration first) {
            this.type = type;
            add(List.of(first));
        }

        /** A class that Kryo writes: by its fields, components or constants, or as it does one of the JDK. */
        public Builder<T> register(Class<?> within) {
            return add(List.of(new KryoRegistration(within, null)));
        }

        /**
         * A class with a serializer of its own.
         *
         * @param serializer makes one; called for each pooled Kryo, because Kryo shares none between threads. The name of its class tells in the serde's
         *     identity how the class is written: a serializer that writes something else is a class of another name
         */
        public <C> Builder<T> register(Class<C> within, Supplier<? extends Serializer<C>> serializer) {
            return add(List.of(new KryoRegistration(within, serializer)));
        }

        /** What {@code List.of}, {@code Set.of} and {@code Map.of} return, {@code copyOf}, and the {@code toList} of a stream. */
        public Builder<T> registerImmutableCollections() {
            return add(ImmutableCollectionSerializers.registrations());
        }

        /**
         * @throws IllegalArgumentException if a class would be written by Java serialisation, is closed to Kryo, or cannot be made again when it
         *     is read
         */
        public KryoSerde<T> build() {
            return new KryoSerde<>(type, List.copyOf(registered));
        }

        private Builder<T> add(List<KryoRegistration> more) {
            List<Class<?>> added = more.stream()
                    .<Class<?>>map(KryoRegistration::type)
                    .distinct()
                    .toList();
            for (Class<?> each : added) {
                if (!classes.add(each)) {
                    throw new IllegalArgumentException(each.getName() + " is registered twice; name it once");
                }
            }
            registered.addAll(more);
            return this;
        }
    }

    @Override
    public void write(T value, BytesWriter out) {
        Coder coder = coders.obtain();
        try {
            coder.output.reset();
            if (!isExact) {
                coder.kryo.writeClass(coder.output, value.getClass());
            }
            coder.kryo.writeObject(coder.output, value);
            out.putBytes(coder.output.getBuffer(), 0, coder.output.position());
        } catch (KryoException | IllegalArgumentException e) {
            throw new SerdeException(
                    "A " + value.getClass().getName() + " cannot be written by Kryo: " + KryoFailure.reason(e), e);
        } finally {
            coders.free(coder);
        }
    }

    @Override
    public T read(BytesView in) {
        Coder coder = coders.obtain();
        try {
            BoundedInput input = coder.input;
            input.setBuffer(in.array(), in.arrayOffset(), in.length());
            Class<? extends T> valueType = isExact ? type : readClass(coder);
            T value = coder.kryo.readObject(input, valueType);
            if (value == null) {
                throw new SerdeException(
                        "The bytes stand for null, which no " + type.getName() + " was ever written as");
            }
            if (input.position() != input.limit()) {
                throw new SerdeException(
                        (input.limit() - input.position()) + " of " + in.length() + " bytes are left over behind a "
                                + type.getName() + ": the bytes were written with another type or registration");
            }
            return value;
        } catch (KryoException | IllegalArgumentException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new SerdeException(
                    in.length() + " bytes are not a " + type.getName() + " written by Kryo: " + KryoFailure.brief(e),
                    e);
        } finally {
            coders.free(coder);
        }
    }

    /** Of the registered ones, only what can stand for a value is read (K3). */
    private Class<? extends T> readClass(Coder coder) {
        Registration found = coder.kryo.readClass(coder.input);
        // Kryo has boxes registered as what they box.
        Class<?> boxed = found == null
                ? null
                : MethodType.methodType(found.getType()).wrap().returnType();
        if (boxed == null || !type.isAssignableFrom(boxed)) {
            throw new KryoException("a " + (boxed == null ? "null" : boxed.getName()) + " is none");
        }
        @SuppressWarnings("unchecked") // Just asked.
        Class<? extends T> valueType = (Class<? extends T>) boxed;
        return valueType;
    }

    @Override
    public String name() {
        return name;
    }

    /** One Kryo with its buffers; used by one thread at a time. */
    private static final class Coder {
        private final Kryo kryo = new Kryo();
        private final Output output = new Output(INITIAL_BUFFER_BYTES, -1);
        private final BoundedInput input = new BoundedInput();

        Coder(List<KryoRegistration> registrations) {
            kryo.setRegistrationRequired(true);
            kryo.setReferences(false);
            kryo.setMaxDepth(MAX_DEPTH);
            // Kryo has these, and takes fields, which are closed, unless it is told.
            kryo.addDefaultSerializer(UUID.class, UUIDSerializer.class);
            kryo.addDefaultSerializer(URI.class, URISerializer.class);
            kryo.addDefaultSerializer(Pattern.class, PatternSerializer.class);
            registrations.forEach(each -> each.addTo(kryo));
        }
    }
}
