package io.millrace.state.serde;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.serializers.ExternalizableSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.lang.reflect.InaccessibleObjectException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A class that a {@link KryoSerde} writes.
 *
 * @param serializer makes the one that writes it, for each Kryo another; null for the one that Kryo chooses
 */
record KryoRegistration(Class<?> type, @Nullable Supplier<? extends Serializer<?>> serializer) {
    /** Gives it the next id. @throws IllegalArgumentException if it cannot be written, or not safely (K1) */
    void addTo(Kryo kryo) {
        Serializer<?> chosen = serializer == null ? customary(kryo) : own(serializer.get());
        if (chosen instanceof JavaSerializer || chosen instanceof ExternalizableSerializer) {
            throw new IllegalArgumentException(type.getName()
                    + " would be written by Java serialisation, which lets bytes run code when they are read: give it"
                    + " another serializer");
        }
        // What Kryo itself registers keeps its id.
        if (serializer != null || kryo.getClassResolver().getRegistration(type) == null) {
            kryo.register(new Registration(type, chosen, kryo.getNextRegistrationId()));
        }
    }

    private Serializer<?> customary(Kryo kryo) {
        try {
            return kryo.getDefaultSerializer(type);
        } catch (InaccessibleObjectException e) {
            throw closed(e);
        } catch (IllegalArgumentException e) {
            // Kryo wraps what a serializer's constructor met.
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof InaccessibleObjectException) {
                    throw closed(e);
                }
            }
            throw e;
        }
    }

    private IllegalArgumentException closed(RuntimeException cause) {
        return new IllegalArgumentException(
                "The fields of " + type.getName() + " are closed to Kryo: say how it is written, with"
                        + " KryoSerde.builder(…).register(" + type.getSimpleName() + ".class, serializer)",
                cause);
    }

    private Serializer<?> own(Serializer<?> given) {
        if (given.getClass().isAnonymousClass()) {
            throw new IllegalArgumentException("The serializer of " + type.getName()
                    + " has no name, and its name is a part of what tells bytes apart: make it a class with a name");
        }
        return given;
    }
}
