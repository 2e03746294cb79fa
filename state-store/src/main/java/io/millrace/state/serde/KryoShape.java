package io.millrace.state.serde;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.serializers.DefaultSerializers.EnumSerializer;
import com.esotericsoftware.kryo.serializers.FieldSerializer;
import com.esotericsoftware.kryo.serializers.RecordSerializer;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What decides the bytes that Kryo writes for a registered class, as text: its name, and what its serializer makes of it. */
final class KryoShape {
    private KryoShape() {}

    static String of(Class<?> type, Serializer<?> serializer) {
        String name = ImmutableCollectionSerializers.name(serializer);
        if (name != null) {
            return name;
        }
        String shape = openness(type) + type.getName() + content(type, serializer);
        return isCustomary(type, serializer)
                ? shape
                : shape + " by " + serializer.getClass().getName();
    }

    private static String content(Class<?> type, Serializer<?> serializer) {
        if (type.isEnum()) {
            // Its name: what a constant prints is the class's to choose, and two may print alike.
            return parts(Stream.of(type.getEnumConstants()).map(constant -> ((Enum<?>) constant).name()));
        }
        if (serializer instanceof RecordSerializer) {
            return parts(Stream.of(type.getRecordComponents()).map(KryoShape::component));
        }
        return serializer instanceof FieldSerializer
                ? parts(fields(type).stream().map(KryoShape::field)) + parents(type)
                : "";
    }

    /**
     * Of a field whose class can have no subclass, Kryo writes no class. Records have none and enums seldom, other classes may: what is
     * not as usual is said.
     */
    private static String openness(Class<?> type) {
        boolean isFinal = Modifier.isFinal(type.getModifiers());
        if (type.isArray() || type.isPrimitive() || type.getName().startsWith("java.")) {
            return "";
        }
        return isFinal == (type.isEnum() || type.isRecord()) ? "" : isFinal ? "final " : "open ";
    }

    /** Superclasses with the types that stand for their variables. */
    private static String parents(Class<?> type) {
        StringBuilder parents = new StringBuilder();
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            if (each.getGenericSuperclass() instanceof ParameterizedType parent) {
                parents.append(" extends ").append(parent.getTypeName());
            }
        }
        return parents.toString();
    }

    /** Whether Kryo chose the serializer by what the class is; the same content is other bytes by {@code CompatibleFieldSerializer}. */
    private static boolean isCustomary(Class<?> type, Serializer<?> serializer) {
        Class<?> by = serializer.getClass();
        return by == EnumSerializer.class
                || by == RecordSerializer.class
                || by == FieldSerializer.class
                || (by.getName().startsWith("com.esotericsoftware.kryo.")
                        && !type.isAnnotationPresent(DefaultSerializer.class));
    }

    /** The fields that are written, with those of its superclasses; their order is not the reflection's, which is none. */
    private static List<Field> fields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
            Stream.of(each.getDeclaredFields())
                    .filter(field -> !Modifier.isStatic(field.getModifiers())
                            && !Modifier.isTransient(field.getModifiers())
                            && !field.isSynthetic())
                    .sorted(Comparator.comparing(Field::getName))
                    .forEach(fields::add);
        }
        return fields;
    }

    private static String component(RecordComponent component) {
        return type(component.getGenericType(), component.getType()) + " " + component.getName();
    }

    private static String field(Field field) {
        return type(field.getGenericType(), field.getType()) + " " + field.getName();
    }

    /** A type variable with the class that bounds it: that one, too, may have no subclass. */
    private static String type(Type generic, Class<?> erased) {
        boolean isVariable = generic instanceof TypeVariable || generic instanceof GenericArrayType;
        boolean isBounded = erased != Object.class && erased != Object[].class;
        return generic.getTypeName() + (isVariable && isBounded ? " as " + erased.getTypeName() : "");
    }

    private static String parts(Stream<String> parts) {
        return parts.collect(Collectors.joining(", ", "{", "}"));
    }
}
