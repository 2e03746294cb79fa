package io.millrace.dsl;

import io.millrace.state.StoreSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has a name has one of its own. Names of steps, of the stores that a {@code process} step declares, and of repartitions are of different kinds: {@code
 * process("balances", ..., balances)} is legal, and so is {@code groupBy("by", ...).count("by")}. Pure; each error says what to write instead.
 */
final class NameRule {
    private NameRule() {}

    static void check(List<Step> steps, List<Ingest<?>> ingests) {
        checkSteps(steps);
        checkStores(steps);
        checkRepartitions(steps);
        checkOutputs(steps);
        Set<String> sources = new HashSet<>();
        for (Ingest<?> ingest : ingests) {
            if (!sources.add(ingest.name())) {
                throw new PipelineException(
                        "Two sources are called '" + ingest.name() + "': the name is the identity of the position");
            }
        }
    }

    private static void checkSteps(List<Step> steps) {
        Map<String, Step> named = new HashMap<>();
        for (Step step : steps) {
            String name = nameOf(step);
            Step other = name == null ? null : named.putIfAbsent(name, step);
            if (other != null) {
                throw new PipelineException("Two steps are called '" + name + "', '" + other.label() + "' and '"
                        + step.label() + "': give each a name of its own");
            }
        }
    }

    /** What the user called it; null for steps without a name. */
    static @Nullable String nameOf(Step step) {
        if (step instanceof ProcessStep process) {
            return process.name();
        }
        if (step instanceof StatelessStep.Split split) {
            return split.name();
        }
        if (step instanceof AsyncStep async) {
            return async.name();
        }
        if (step instanceof DeduplicateStep deduplicate) {
            return deduplicate.name();
        }
        if (step instanceof JoinStep.OfStreams join) {
            return join.name();
        }
        return step.stores().isEmpty() ? null : step.stores().get(0).name();
    }

    private static void checkStores(List<Step> steps) {
        Map<String, Step> stores = new HashMap<>();
        for (Step step : steps) {
            for (StoreSpec<?> store : step.stores()) {
                Step other = stores.putIfAbsent(store.name(), step);
                if (other != null) {
                    throw new PipelineException("Two steps keep a store called '" + store.name() + "', '"
                            + other.label() + "' and '" + step.label()
                            + "': a store belongs to one step; give each a name of its own");
                }
            }
        }
    }

    private static void checkRepartitions(List<Step> steps) {
        Set<String> repartitions = new HashSet<>();
        for (Step step : steps) {
            if (step instanceof Step.Sink sink && sink.target().isOwned()) {
                String topic = sink.target().topics().get(0).name();
                if (!repartitions.add(topic)) {
                    throw new PipelineException(
                            "Two streams are repartitioned through '" + topic
                                    + "': give each repartition(name) or groupBy(name, ...) a name of its own, or merge the streams before");
                }
            }
        }
    }

    private static void checkOutputs(List<Step> steps) {
        Set<List<Object>> outputs = new HashSet<>();
        for (Step step : steps) {
            if (step instanceof Step.Outlet outlet
                    && !outputs.add(List.of(outlet.input(), outlet.output().name()))) {
                Step parent = steps.get(outlet.input());
                String name = outlet.output().name();
                throw new PipelineException(
                        parent instanceof StatelessStep.Split
                                ? "Two branches of '" + parent.label() + "' are called '" + name
                                        + "': give each a name of its own"
                                : "Two outputs of '" + parent.label() + "' are called '" + name
                                        + "': keep one Output constant and use it everywhere, or give each a name of its own");
            }
        }
    }
}
