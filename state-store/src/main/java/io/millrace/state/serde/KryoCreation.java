package io.millrace.state.serde;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.serializers.CollectionSerializer;
import com.esotericsoftware.kryo.serializers.FieldSerializer;
import com.esotericsoftware.kryo.serializers.MapSerializer;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.stream.Stream;

/** Refuses what Kryo would write and could not make again (K5). Stateless. */
final class KryoCreation {
    /** What Kryo has registered by itself. */
    private static final List<Class<?>> ALWAYS = List.of(
            String.class,
            Integer.class,
            Long.class,
            Double.class,
            Float.class,
            Short.class,
            Byte.class,
            Character.class,
            Boolean.class);

    private KryoCreation() {}

    /** @throws IllegalArgumentException if a value of one of the classes could be written and not read */
    static void check(Kryo kryo, List<KryoRegistration> registered) {
        for (KryoRegistration each : registered) {
            // A serializer of the user's makes what it reads.
            if (each.serializer() == null && isMadeByKryo(kryo.getSerializer(each.type()))) {
                check(each.type(), registered);
            }
        }
    }

    private static void check(Class<?> type, List<KryoRegistration> registered) {
        if (isAbstract(type)) {
            if (Stream.concat(registered.stream().map(KryoRegistration::type), ALWAYS.stream())
                    .noneMatch(other -> !isAbstract(other) && type.isAssignableFrom(other))) {
                throw new IllegalArgumentException(type.getName()
                        + (type.isInterface() ? " is an interface" : " is an abstract class")
                        + ", of which there is no value, and none of the classes that are named with it is one of its: name those"
                        + " that its values have");
            }
            return;
        }
        if (!hasConstructor(type)) {
            throw new IllegalArgumentException("Kryo could write a " + type.getName()
                    + " and not read it: it has no constructor without arguments. Give it one, which may be private, make it"
                    + " a record, or say how it is written, with KryoSerde.builder(…).register("
                    + type.getSimpleName() + ".class, serializer)");
        }
    }

    /** Whether there is one without arguments that Kryo may call. */
    private static boolean hasConstructor(Class<?> type) {
        try {
            return type.getDeclaredConstructor().trySetAccessible();
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    /** By a constructor without arguments; Kryo's other serializers know how what they read is made. */
    private static boolean isMadeByKryo(Serializer<?> serializer) {
        Class<?> by = serializer.getClass();
        return serializer instanceof FieldSerializer || by == CollectionSerializer.class || by == MapSerializer.class;
    }

    /** An abstract enum, or an array, has values. */
    private static boolean isAbstract(Class<?> type) {
        return Modifier.isAbstract(type.getModifiers()) && !type.isArray() && !type.isEnum();
    }
}
