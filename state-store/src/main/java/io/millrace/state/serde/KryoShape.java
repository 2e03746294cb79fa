package io.millrace.state.serde;

import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.serializers.FieldSerializer;
import com.esotericsoftware.kryo.serializers.RecordSerializer;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What decides the bytes that Kryo writes for a registered class, as text: its name, and what its serializer makes of it. */
final class KryoShape {
    private KryoShape() {}

    static String of(Class<?> type, Serializer<?> serializer) {
        if (type.isEnum()) {
            return type.getName() + parts(Stream.of(type.getEnumConstants()).map(Object::toString));
        }
        if (serializer instanceof RecordSerializer) {
            return type.getName() + parts(Stream.of(type.getRecordComponents()).map(KryoShape::component));
        }
        if (serializer instanceof FieldSerializer) {
            return type.getName() + parts(fields(type).stream().map(KryoShape::field));
        }
        String by = serializer.getClass().getName();
        return by.startsWith("com.esotericsoftware.kryo.") ? type.getName() : type.getName() + " by " + by;
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
        return component.getGenericType().getTypeName() + " " + component.getName();
    }

    private static String field(Field field) {
        return field.getGenericType().getTypeName() + " " + field.getName();
    }

    private static String parts(Stream<String> parts) {
        return parts.collect(Collectors.joining(", ", "{", "}"));
    }
}
