package io.millrace.dsl;

import io.millrace.state.StoreSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a pipeline under construction says of its versions before. One thread. */
final class EvolutionDraft {
    private final String application;
    private final Map<Integer, String> renamedSteps = new TreeMap<>();
    private final SortedMap<Kept, String> renamed = new TreeMap<>();
    private final List<TopologyChange> allowed = new ArrayList<>();

    EvolutionDraft(String application) {
        this.application = application;
    }

    void allow(TopologyChange change) {
        allowed.add(change);
    }

    void rename(Kept kept, String from) {
        String before = renamed.put(kept, Names.check(kept.kind().text(), from, 100));
        if (before != null) {
            throw new PipelineException(
                    "The " + kept + " has two former names, '" + before + "' and '" + from
                            + "': name the one that the version had which is on the log, or start the versions one after the other");
        }
    }

    void renameStep(int step, String from) {
        if (renamedSteps.put(step, Names.check("step", from, 100)) != null) {
            throw new PipelineException(
                    "renamedFrom(\"" + from + "\") is the second former name of one step: say it once");
        }
    }

    /** @throws PipelineException if something is renamed that has no name */
    Evolution complete(List<Step> steps, List<Ingest<?>> ingests) {
        EvolutionDraft complete = new EvolutionDraft(application);
        renamed.forEach(complete::rename);
        renamedSteps.forEach((step, from) -> complete.renameAll(steps.get(step), from, steps));
        complete.checkNames(steps, ingests);
        return new Evolution(complete.renamed, allowed);
    }

    /** A step's name is the beginning of all that it keeps. */
    private void renameAll(Step step, String from, List<Step> steps) {
        Optional<String> repartition = repartition(step, steps);
        if (repartition.isPresent()) {
            rename(Kept.repartition(repartition.get()), from);
            return;
        }
        String name = step instanceof ProcessStep ? null : NameRule.nameOf(step);
        if (name == null || step.stores().isEmpty()) {
            throw new PipelineException("renamedFrom(\"" + from + "\") stands behind '" + step.label()
                    + "', which keeps nothing under a name of its own: say it right behind the step that has another name now, and of a store"
                    + " that process(...) declares by builder.storeRenamedFrom(store, \""
                    + from + "\")");
        }
        renameStores(step, name, from);
        for (Step other : steps) {
            if (other instanceof ForeignKeyStep join && join.name().equals(name)) {
                renameStores(join, name, from);
            }
            if (other instanceof Step.Sink sink
                    && steps.get(sink.input()) instanceof ForeignKeyStep join
                    && join.name().equals(name)) {
                String between = sink.target().repartition(application).orElseThrow();
                rename(Kept.repartition(between), from + between.substring(name.length()));
            }
        }
    }

    private void renameStores(Step step, String name, String from) {
        for (StoreSpec<?> store : step.stores()) {
            rename(Kept.store(store.name()), from + store.name().substring(name.length()));
        }
    }

    /** The step that reads a repartition stands for it. */
    private Optional<String> repartition(Step step, List<Step> steps) {
        if (!(step instanceof Step.Source source)) {
            return Optional.empty();
        }
        return steps.stream()
                .filter(other -> other instanceof Step.Sink sink
                        && sink.target()
                                .topics()
                                .get(0)
                                .name()
                                .equals(source.topic().name()))
                .flatMap(sink -> ((Step.Sink) sink).target().repartition(application).stream())
                .findFirst();
    }

    /** What has a former name is there: else it is a slip of the pen, and would be lost. */
    private void checkNames(List<Step> steps, List<Ingest<?>> ingests) {
        Set<Kept> known = new HashSet<>();
        for (Step step : steps) {
            step.stores().forEach(store -> known.add(Kept.store(store.name())));
            if (step instanceof Step.Sink sink) {
                sink.target().repartition(application).ifPresent(name -> known.add(Kept.repartition(name)));
            }
        }
        ingests.forEach(ingest -> known.add(Kept.source(ingest.name())));
        for (Kept kept : renamed.keySet()) {
            if (!known.contains(kept)) {
                throw new PipelineException("A former name was given for the " + kept
                        + ", and the pipeline has none of this name: give it the name that it has now");
            }
        }
    }
}
