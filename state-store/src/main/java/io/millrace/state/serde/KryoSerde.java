package io.millrace.state.serde;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.ExternalizableSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import com.esotericsoftware.kryo.util.Pool;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Values as Kryo 5 writes them, records included. Every class within the value has to be registered (K1); ids follow the order of
 * registration. The classes, their order and what Kryo writes of each are the serde's identity ({@link #name}), so a store that was written
 * with others is refused when it is opened (K2): a class that changes needs a new store, or {@link JsonSerde}. Object graphs with shared or circular references are refused by Kryo's nature here:
 * references are off, a shared object is written twice and a cycle ends in an error.
 *
 * <p>Safe for use by several threads: Kryo instances are pooled.
 */
public final class KryoSerde<T> implements Serde<T> {
    /** Deep enough for any honest value, shallow enough to end a cycle before the stack does. */
    private static final int MAX_DEPTH = 256;

    private static final int INITIAL_BUFFER_BYTES = 256;

    private final Class<T> type;
    private final List<Class<?>> registered;
    private final String name;
    private final Pool<Coder> coders;

    private KryoSerde(Class<T> type, List<Class<?>> registered) {
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
        this.name = registered.stream()
                .map(each -> KryoShape.of(each, first.kryo.getSerializer(each)))
                .collect(Collectors.joining(", ", "kryo5: ", ""));
        coders.free(first);
    }

    /**
     * @param type the class of the values
     * @param within every other class that a value can contain, but for primitives, their boxes and {@code String}
     * @throws IllegalArgumentException if a class would be written by Java serialisation
     */
    public static <T> KryoSerde<T> of(Class<T> type, Class<?>... within) {
        List<Class<?>> all = new ArrayList<>(within.length + 1);
        all.add(type);
        all.addAll(List.of(within));
        return new KryoSerde<>(type, List.copyOf(all));
    }

    @Override
    public void write(T value, BytesWriter out) {
        Coder coder = coders.obtain();
        try {
            coder.output.reset();
            coder.kryo.writeObject(coder.output, value);
            out.putBytes(coder.output.getBuffer(), 0, coder.output.position());
        } catch (KryoException | IllegalArgumentException e) {
            throw new SerdeException(
                    "A " + value.getClass().getName() + " cannot be written by Kryo: " + e.getMessage()
                            + ". Name every class within it in KryoSerde.of(type, classes...)",
                    e);
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
            T value = coder.kryo.readObject(input, type);
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
                    in.length() + " bytes are not a " + type.getName() + " written by Kryo: " + e.getMessage(), e);
        } finally {
            coders.free(coder);
        }
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

        Coder(List<Class<?>> classes) {
            kryo.setRegistrationRequired(true);
            kryo.setReferences(false);
            kryo.setMaxDepth(MAX_DEPTH);
            for (Class<?> each : classes) {
                Serializer<?> serializer = kryo.register(each).getSerializer();
                if (serializer instanceof JavaSerializer || serializer instanceof ExternalizableSerializer) {
                    throw new IllegalArgumentException(each.getName()
                            + " would be written by Java serialisation, which lets bytes run code when they are read: give it"
                            + " another serializer");
                }
            }
        }
    }
}
