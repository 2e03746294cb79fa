package io.millrace.dsl;

/**
 * The newest value of each key of a topic, all of it in every instance of the application: the side of a join that is looked into by any key,
 * without a repartition. Its rows follow the topic by themselves, beside the tasks: a record meets the row that the instance has when it is processed,
 * which over a restart may be a newer one. It has no changelog: the topic is what it is built from again, so that the topic is one that keeps the newest value of each
 * key, a compacted one.
 *
 * <p>Read-committed; a record without a value deletes its key's row, one without a key is passed over. A row is found in whatever partition it is;
 * of a key that is in several, the row in the partition that Kafka's partitioner gives the key counts before others.
 *
 * <p>Tasks begin when every global table has read what was in its topic when the application started.
 *
 * @see Pipeline.Builder#globalTable
 */
public final class GlobalTable<K, V> {
    private final Pipeline.Builder builder;
    private final int step;
    private final String name;

    GlobalTable(Pipeline.Builder builder, int step, String name) {
        this.builder = builder;
        this.step = step;
        this.name = name;
    }

    /** The identity of its rows, by which {@link Queries} finds them. */
    public String name() {
        return name;
    }

    /**
     * What becomes of records that cannot be read: {@link ErrorPolicy#stop}, the default, or {@link ErrorPolicy#skip}, which leaves the row as it was and
     * counts the record ({@link AppStatus#recordsSkipped}), in every instance. What {@link Pipeline.Builder#onError} says is for streams.
     *
     * @throws PipelineException for other policies: a table is read by every instance, in no transaction, and what cannot be read stays so
     */
    public GlobalTable<K, V> onError(ErrorPolicy policy) {
        Erased.given("error policy", policy);
        if (!(policy instanceof ErrorPolicy.Stop || policy instanceof ErrorPolicy.Skip)) {
            throw new PipelineException("Global table '" + name + "' cannot go by " + policy
                    + ": it is read by every instance, in no transaction, and reading again gives the same; say"
                    + " ErrorPolicy.stop() or ErrorPolicy.skip()");
        }
        builder.change(GlobalTableStep.class, step, table -> table.with(policy));
        return this;
    }

    /**
     * Says what the table was called before: what it keeps is gone on with, and nothing is copied. May stay in the program. Right behind the step that has a name.
     *
     * @throws PipelineException at {@link Pipeline.Builder#build} if the step keeps nothing under a name
     */
    public GlobalTable<K, V> renamedFrom(String formerName) {
        builder.renamedFrom(step, formerName);
        return this;
    }

    Pipeline.Builder builder() {
        return builder;
    }

    int step() {
        return step;
    }

    @Override
    public String toString() {
        return "'" + builder.labelOf(step) + "'";
    }
}
