package io.millrace.dsl;

/**
 * A change of what an application keeps that loses something, or may mean something else than before, so that it is made only where the program says so: {@link
 * Pipeline.Builder#allow}. May stay in the program: it has its effect once.
 */
public sealed interface TopologyChange {
    /** By which it is found: of a store, a repartition or a source. */
    String name();

    /**
     * What was kept under this name is given up, if the program has it no more, or otherwise: a store with its changelog, the records that are under way in a repartition's
     * topic, the position of a source. What has the name now, if there is such a thing, begins anew. It is deleted when the first start that says so has
     * recorded it, and cannot be brought back.
     */
    static TopologyChange drop(String name) {
        return new Drop(name);
    }

    /**
     * A store is gone on with as it is, although other topics feed it than before, or another kind of step writes it: its bytes can be read, and what they mean is the
     * program's affair.
     */
    static TopologyChange keep(String name) {
        return new Keep(name);
    }

    /** See {@link #drop}. */
    record Drop(String name) implements TopologyChange {
        public Drop {
            Names.check("change", name, 249);
        }

        @Override
        public String toString() {
            return "drop(\"" + name + "\")";
        }
    }

    /** See {@link #keep}. */
    record Keep(String name) implements TopologyChange {
        public Keep {
            Names.check("change", name, 249);
        }

        @Override
        public String toString() {
            return "keep(\"" + name + "\")";
        }
    }
}
