package io.millrace.dsl;

/**
 * One of the ways out of a {@link Processor}, with the types of what leaves by it. Compared by identity: keep it in a constant.
 */
public final class Output<K, V> {
    private final String name;

    private Output(String name) {
        this.name = Names.check("output", name, 100);
    }

    public static <K, V> Output<K, V> named(String name) {
        return new Output<>(name);
    }

    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return "output '" + name + "'";
    }
}
