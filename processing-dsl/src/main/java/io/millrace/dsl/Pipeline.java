package io.millrace.dsl;

import io.millrace.log.EventLog;
import io.millrace.state.StoreSpec;
import io.millrace.transactions.TransactionalLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A program over streams, complete and checked. Immutable: it may be started more than once, on other logs too.
 *
 * @param name the application's identity: of its group, its transactional ids, its changelogs
 * @param steps in the order of writing
 * @param topics every topic it names
 * @param evolution what it says of its versions before
 */
public record Pipeline(
        String name, List<Step> steps, List<Ingest<?>> ingests, List<Topic<?, ?>> topics, Evolution evolution) {
    public Pipeline {
        Names.check("pipeline", name, 100);
        steps = List.copyOf(steps);
        ingests = List.copyOf(ingests);
        topics = List.copyOf(topics);
        PipelineRule.check(steps, ingests, topics);
        TopicNameRule.check(name, steps, ingests, topics);
    }

    /**
     * Starts it: creates the topics that it declares, and sets its loops going on the settings' scheduler. An older instance of the same application
     * on this log is fenced, and ends.
     *
     * @return what runs, before it has restored its state; close it before the log
     * @throws PipelineException if topics are missing or have a number of partitions that the pipeline cannot work with, if one that the application needs
     *     for itself has settings that would lose records, or if its state would not go on as an earlier start of the application left it
     * @throws io.millrace.state.StateException if the state belongs to another log, is in use, or has a store that was declared otherwise; nothing
     *     is created or recorded then
     * @throws io.millrace.log.LogException with STOP if the state is ahead of the log: the log has lost what it had acknowledged, or the state
     *     is that of a copy
     */
    public Application start(TransactionalLog log, AppSettings settings) {
        return start(log, settings, "");
    }

    /**
     * The same beside other instances of the application. Instances with different names share the partitions of the inputs as the loops of
     * one do, each with a state backend of its own; tasks that move find their state in the changelogs. A source is read by one of them at a
     * time, whichever name it has.
     *
     * @param instance the name, of 1 to 100 characters of a-z, A-Z, 0-9, '.', '_' and '-', or empty; an older instance with the same one is
     *     fenced, and ends
     */
    public Application start(TransactionalLog log, AppSettings settings, String instance) {
        Erased.given("log", log);
        Erased.given("setting of the application", settings);
        Erased.given("instance name (it may be empty)", instance);
        return starter().start(this, log, settings, instance);
    }

    /**
     * What a start would do with what the version of the program before keeps in a log, and whether it would be refused. Only reads, also beside an
     * application that runs, and in a log that is only read.
     */
    public TopologyPlan plan(EventLog log) {
        return starter().plan(this, Erased.given("log", log));
    }

    /**
     * Its topology as text, with what it says of its versions before: {@code millrace topology plan --manifest FILE} compares it with what an application was last
     * started with, on a machine that has the log and not the program.
     */
    public String manifest() {
        return starter().manifest(this);
    }

    private static ApplicationStarter starter() {
        return ServiceLoader.load(ApplicationStarter.class, ApplicationStarter.class.getClassLoader())
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException(
                                "Nothing on the class path runs pipelines: META-INF/services/"
                                        + ApplicationStarter.class.getName()
                                        + " of millrace-processing-dsl is missing. Where jars are made into one, merge their service files"));
    }

    /** Begins a pipeline. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** A pipeline under construction. One thread. */
    public static final class Builder {
        private final String name;
        private final List<Step> steps = new ArrayList<>();
        private final List<Ingest<?>> ingests = new ArrayList<>();
        private final List<Topic<?, ?>> declared = new ArrayList<>();
        private final ErrorChoices errors = new ErrorChoices();
        private final Map<Integer, ErrorChoices> errorsOfSources = new HashMap<>();
        private final EvolutionDraft evolution;

        private Builder(String name) {
            this.name = Names.check("pipeline", name, 100);
            this.evolution = new EvolutionDraft(name);
        }

        /**
         * What becomes of records that fail, whatever fails of them, where nothing is said of that kind of error and no stream says anything else. What is said of
         * a kind, here or by a stream, counts before it; without any, {@link ErrorPolicy#stop}.
         */
        public Builder onError(ErrorPolicy policy) {
            errors.choose(null, policy);
            return this;
        }

        /**
         * What becomes of records that cannot be read, because the serde of their key or value throws, where a stream says nothing else (Kafka Streams: {@code
         * deserialization.exception.handler}). Bytes that no serde reads do not become readable: {@link ErrorPolicy#retry} is for serdes that ask somebody else, such as
         * a registry of schemas. It holds of the topics between the pipeline's own steps as well. Global tables have a policy of their own, {@link
         * GlobalTable#onError}.
         */
        public Builder onDeserializationError(ErrorPolicy policy) {
            errors.choose(ErrorKind.DESERIALIZATION, policy);
            return this;
        }

        /**
         * What becomes of records that make a step throw, or the timestamp extractor, where a stream says nothing else (Kafka Streams: {@code
         * processing.exception.handler}, KIP-1033). A timer or a window that fails belongs to no record and has no policy: {@link AppSettings.Retries}.
         */
        public Builder onProcessingError(ErrorPolicy policy) {
            errors.choose(ErrorKind.PROCESSING, policy);
            return this;
        }

        /**
         * What becomes of records whose results cannot be written, because their topic does not take them (they are too large, or have no key where
         * it is compacted) or their serde throws, where a stream says nothing else (Kafka Streams: {@code production.exception.handler}). It is the record that was
         * read which is skipped or becomes a dead letter, with all that it did: results are written all or none.
         */
        public Builder onProductionError(ErrorPolicy policy) {
            errors.choose(ErrorKind.PRODUCTION, policy);
            return this;
        }

        /** The records of a topic. Asking for the same topic again gives the same stream. */
        public <K, V> SourceStream<K, V> stream(Topic<K, V> topic) {
            Erased.given("topic", topic);
            for (Step step : steps) {
                if (step instanceof Step.Source source && source.topic().sameTypes(topic)) {
                    declared.add(topic); // it may say more of the topic than the first mention
                    return new SourceStream<>(this, source.id(), StreamTypes.of(topic));
                }
            }
            return new SourceStream<>(this, add(id -> new Step.Source(id, topic)), StreamTypes.of(topic));
        }

        /**
         * The records of all topics whose names match, now and later: one that appears is read from its beginning, as soon as the log tells its consumers
         * (the embedded one at once), and one that is deleted is read no more. What is said of the stream ({@code onError}, {@code
         * withTimestampExtractor}) is said of all of them; {@code ProcessContext.topic()} says which one a record is of.
         *
         * <p>What keeps state behind it asks for equally many partitions of all of them: those that there are at the start, or {@link
         * TopicPattern#withPartitions}. A match that has another number is refused by the start; if it appears later, the application ends and says
         * so, and nothing of it is read. What was consumed of a topic that is deleted and not committed by then goes with it.
         *
         * @throws PipelineException at {@link #build} if a topic that matches is read by a stream of its own, too
         */
        public <K, V> SourceStream<K, V> stream(TopicPattern<K, V> pattern) {
            StreamTypes<K, V> types =
                    StreamTypes.of(Erased.given("topic pattern", pattern).topic("any"));
            for (Step step : steps) {
                if (step instanceof PatternSource source
                        && source.pattern().regex().equals(pattern.regex())) {
                    if (!source.pattern().typeNames().equals(pattern.typeNames())) {
                        throw new PipelineException("Topics '" + pattern.regex() + "' are read as "
                                + source.pattern().typeNames() + " and as " + pattern.typeNames()
                                + ": keep one TopicPattern constant and use it everywhere");
                    }
                    return new SourceStream<>(this, source.id(), types);
                }
            }
            return new SourceStream<>(this, add(id -> new PatternSource(id, pattern, name)), types);
        }

        /**
         * The records of several topics of the same types as one stream, as by {@link EventStream#merge}: order is kept per partition of each topic,
         * between them there is none. What keeps state behind it asks for equally many partitions of all of them; else a topic with fewer
         * has no part in the tasks of the higher numbers.
         *
         * <p>What is said of one topic ({@code onError}, {@code withTimestampExtractor}) is said of its own stream, {@link #stream(Topic)}.
         *
         * @param topics one at least, each once
         * @throws PipelineException if their types differ, or one is named twice, or none is named
         */
        public <K, V> EventStream<K, V> stream(List<Topic<K, V>> topics) {
            PipelineRule.checkAlike(topics);
            EventStream<K, V> all = stream(topics.get(0));
            for (Topic<K, V> topic : topics.subList(1, topics.size())) {
                all = all.merge(stream(topic));
            }
            return all;
        }

        /** The same for topics that are named one by one. */
        @SafeVarargs
        public final <K, V> EventStream<K, V> stream(Topic<K, V> first, Topic<K, V> second, Topic<K, V>... more) {
            List<Topic<K, V>> topics = new ArrayList<>();
            topics.add(first);
            topics.add(second);
            for (Topic<K, V> topic : Erased.given("list of topics", more)) {
                topics.add(topic);
            }
            return stream(topics);
        }

        /**
         * The topic's records as a table: the newest value of each key.
         *
         * @param name the identity of the values
         */
        public <K, V> Table<K, V> table(Topic<K, V> topic, String name) {
            return stream(topic).toTable(name);
        }

        /**
         * The same as a versioned table, which knows what its rows were: {@link EventStream#toTable(String, Duration)}.
         *
         * @param name the identity of the values
         * @param historyRetention for how long, in event time; may be changed
         */
        public <K, V> Table<K, V> table(Topic<K, V> topic, String name, Duration historyRetention) {
            return stream(topic).toTable(name, historyRetention);
        }

        /**
         * The topic's records as a table that every instance has all of, to be looked into by any key: {@link EventStream#join(GlobalTable, BiFunction,
         * BiFunction)}. Asking for the same again gives the same table. A pipeline may write to the topic itself: it meets what it wrote some time after
         * the commit.
         *
         * @param name the identity of the rows
         */
        public <K, V> GlobalTable<K, V> globalTable(Topic<K, V> topic, String name) {
            Names.ofStore("global table", name);
            Erased.given("topic", topic);
            for (Step step : steps) {
                if (step instanceof GlobalTableStep table
                        && table.store().name().equals(name)
                        && table.topic().sameTypes(topic)) {
                    return new GlobalTable<>(this, table.id(), name);
                }
            }
            return new GlobalTable<>(this, add(id -> GlobalTableStep.of(id, topic, name)), name);
        }

        /**
         * A source outside of the log, exactly once: its position is committed in the transaction of the records it caused. It is read by a
         * loop of its own, in one of the application's instances at a time; when that ends, another one goes on. A transaction ends as
         * {@link AppSettings.Commits} says, and at once when the source has nothing for now. An item that its handler cannot turn into records ends the
         * application.
         *
         * @param name the identity of its position
         * @param source opens it; called whenever the instance begins to read it
         * @param handler turns its items into records
         */
        public <T> Builder ingest(
                String name, Supplier<? extends RecordSource<T>> source, IngestHandler<? super T> handler) {
            return ingest(name, source, handler, ErrorPolicy.stop());
        }

        /**
         * The same with a policy for items that cannot be turned into records: the handler throws, or a record that it sends is refused by its serde or topic.
         *
         * @param policy what becomes of the item, with all that was sent of it; not a dead letter, since an item has no bytes: the handler can catch
         *     what is wrong with an item, and send what should be kept to a topic
         */
        public <T> Builder ingest(
                String name,
                Supplier<? extends RecordSource<T>> source,
                IngestHandler<? super T> handler,
                ErrorPolicy policy) {
            ingests.add(new Ingest<T>(name, source, handler, policy));
            return this;
        }

        /** Topics that the pipeline uses but no stream names, such as those that only a source writes to: they are created, too. */
        public Builder topics(Topic<?, ?>... topics) {
            for (Topic<?, ?> topic : Erased.given("list of topics", topics)) {
                declared.add(Erased.given("topic", topic));
            }
            return this;
        }

        /**
         * Allows changes of what an earlier version of the program keeps, which without it are refused: {@code builder.allow(drop("counts"))}. May stay in the
         * program: each has its effect once.
         */
        public Builder allow(TopologyChange... changes) {
            for (TopologyChange change : Erased.given("list of changes", changes)) {
                evolution.allow(Erased.given("change", change));
            }
            return this;
        }

        /**
         * Says what a store was called before that a step declares in {@code process} or {@code processValues}; of all other steps {@code renamedFrom} says it. What
         * it holds is kept, nothing is copied.
         */
        public Builder storeRenamedFrom(StoreSpec<?> store, String from) {
            evolution.rename(Kept.store(Erased.given("store", store).name()), from);
            return this;
        }

        /** Says what a source was called before: it is read on from where it was. */
        public Builder sourceRenamedFrom(String source, String from) {
            evolution.rename(Kept.source(Names.check("source", source, 100)), from);
            return this;
        }

        /** Says what the step that keeps something was called before. */
        void renamedFrom(int step, String from) {
            evolution.renameStep(step, from);
        }

        /** @throws PipelineException if it cannot be right, with what to write instead */
        public Pipeline build() {
            List<Step> complete = new ArrayList<>(steps.size());
            for (Step step : steps) {
                complete.add(completed(step));
            }
            Set<String> written = PipelineRule.writtenTopics(complete);
            complete.replaceAll(step -> step instanceof PatternSource source ? source.without(written) : step);
            complete.replaceAll(step ->
                    step instanceof TableStep.Join join ? join.with(TableRule.mayMeetItself(join, complete)) : step);
            return new Pipeline(
                    name,
                    complete,
                    ingests,
                    PipelineRule.topicsOf(complete, declared),
                    evolution.complete(complete, ingests));
        }

        /** A step learns what was only said after it was written. */
        private Step completed(Step step) {
            ErrorPolicies policies =
                    errorsOfSources.getOrDefault(step.id(), new ErrorChoices()).within(errors);
            if (step instanceof PatternSource source) {
                return source.with(policies);
            }
            return step instanceof Step.Source source ? source.with(policies) : step;
        }

        void setTimes(int source, EventTimes times) {
            Step step = steps.get(source);
            boolean isFirst = step instanceof PatternSource pattern
                    ? pattern.isOfRecord()
                    : step instanceof Step.Source topic && topic.isOfRecord();
            if (!isFirst) {
                throw new PipelineException("'" + step.label()
                        + "' has two timestamp extractors: call withTimestampExtractor once per topic");
            }
            if (step instanceof PatternSource pattern) {
                steps.set(source, pattern.with(times));
            } else {
                change(Step.Source.class, source, topic -> topic.with(times));
            }
        }

        int add(IntFunction<? extends Step> step) {
            int id = steps.size();
            steps.add(step.apply(id));
            return id;
        }

        String name() {
            return name;
        }

        /** Replaces a step by what more is known of it now. */
        <S extends Step> void change(Class<S> kind, int id, UnaryOperator<S> change) {
            steps.set(id, change.apply(kind.cast(steps.get(id))));
        }

        /** The way out of a step; the same again if it was asked for before. */
        int outlet(int step, Output<?, ?> output, boolean changesKey) {
            for (Step known : steps) {
                if (known instanceof Step.Outlet outlet && outlet.input() == step && outlet.output() == output) {
                    return outlet.id();
                }
            }
            return add(id -> new Step.Outlet(id, step, output, changesKey));
        }

        /** @param kind null for any */
        void setErrorPolicy(int source, @Nullable ErrorKind kind, ErrorPolicy policy) {
            ErrorPolicy before = errorsOfSources
                    .computeIfAbsent(source, missing -> new ErrorChoices())
                    .choose(kind, policy);
            if (before != null && !before.equals(policy)) {
                String method = kind == null ? "onError" : kind.method();
                throw new PipelineException("'" + labelOf(source) + "' has two policies for "
                        + (kind == null ? "errors" : kind.text() + " errors") + ", " + before + " and " + policy
                        + ": call " + method + " once per topic");
            }
        }

        void requireSame(Builder other) {
            if (this != other) {
                throw new PipelineException("Streams of two pipelines, '" + name + "' and '" + other.name
                        + "', cannot meet: write to a topic in one and read it in the other");
            }
        }

        String labelOf(int step) {
            return steps.get(step).label();
        }
    }
}
