package io.millrace.dsl.plan;

import io.millrace.dsl.Evolution;
import io.millrace.dsl.Kept;
import io.millrace.dsl.Repartition;
import io.millrace.dsl.TopologyChange;
import io.millrace.dsl.TopologyPlan;
import io.millrace.dsl.TopologyPlan.Entry;
import io.millrace.dsl.TopologyPlan.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** Decides what becomes of what an application keeps when another version of it starts. Pure. */
public final class EvolutionRule {
    private final TopologyManifest before;
    private final TopologyManifest declared;
    private final Evolution evolution;
    /** What the version before kept that something goes on with. */
    private final SortedMap<Kept, Kept> origins = new TreeMap<>();

    private final StorageNames.Next names;
    private final List<Entry> entries = new ArrayList<>();
    private final SortedMap<Kept, String> lost = new TreeMap<>();

    /**
     * What is decided.
     *
     * @param isChange whether what is recorded is to be another one
     * @param after what is recorded when the application has started, where nothing is refused
     * @param lost what an instance of the version before may still work with, each with the name under which it is stored
     */
    public record Decision(TopologyPlan plan, boolean isChange, TopologyManifest after, SortedMap<Kept, String> lost) {}

    private EvolutionRule(TopologyManifest before, DeclaredTopology declared) {
        this.before = before;
        this.declared = declared.manifest();
        this.evolution = declared.evolution();
        this.names = new StorageNames.Next(before.storage(), before.kept());
    }

    /** @param before what the application was last started with; empty if it never was */
    public static Decision decide(Optional<TopologyManifest> before, DeclaredTopology declared) {
        if (before.isEmpty()) {
            return first(declared.manifest());
        }
        return new EvolutionRule(before.get(), declared).decide();
    }

    private static Decision first(TopologyManifest declared) {
        List<Entry> entries = declared.kept().stream()
                .map(kept -> new Entry(Verdict.ADD, kept, kept.toString(), List.of()))
                .toList();
        return new Decision(new TopologyPlan(declared.application(), true, entries), true, declared, new TreeMap<>());
    }

    private Decision decide() {
        findOrigins();
        // What feeds a store is a topic by its name in the log, so those come first.
        decide(Kept.Kind.REPARTITION);
        decide(Kept.Kind.SOURCE);
        decide(Kept.Kind.STORE);
        TopologyPlan plan = new TopologyPlan(declared.application(), false, entries);
        TopologyManifest after = declared.storedAs(names.names());
        return new Decision(plan, !after.equals(before), after, lost);
    }

    // --- who goes on with what

    private void findOrigins() {
        SortedSet<Kept> open = before.kept();
        while (findRenamed(open)) {
            // A name that another one had is free when that one has its new name.
        }
        for (Kept now : declared.kept()) {
            if (!origins.containsKey(now) && open.remove(now)) {
                origins.put(now, now);
            }
        }
        for (Kept now : declared.kept()) {
            if (!origins.containsKey(now)) {
                open.stream()
                        .filter(candidate -> wasCalled(candidate, now))
                        .findFirst()
                        .ifPresent(former -> {
                            open.remove(former);
                            origins.put(now, former);
                        });
            }
        }
    }

    private boolean findRenamed(SortedSet<Kept> open) {
        boolean isFound = false;
        for (Map.Entry<Kept, String> rename : evolution.renamed().entrySet()) {
            Kept now = rename.getKey();
            Kept former = new Kept(now.kind(), rename.getValue());
            boolean isDone = open.contains(now);
            if (!isDone && !origins.containsKey(now) && open.remove(former)) {
                origins.put(now, former);
                isFound = true;
            }
        }
        return isFound;
    }

    /** A version from before a change of names is started again: what has another name since is what it had. */
    private boolean wasCalled(Kept candidate, Kept now) {
        return candidate.kind() == now.kind()
                && before.storage().former().getOrDefault(candidate, List.of()).contains(now.name())
                && !isAllowed(TopologyChange.Drop.class, candidate, before)
                && new KeptDifferences(before, declared).ofBytes(candidate, now).isEmpty();
    }

    // --- what becomes of each

    private void decide(Kept.Kind kind) {
        KeptDifferences differences = new KeptDifferences(before, declared.storedAs(names.names()));
        for (Kept now : declared.kept()) {
            if (now.kind() == kind) {
                Kept origin = origins.get(now);
                if (origin == null) {
                    add(now);
                } else {
                    goOn(now, origin, differences);
                }
            }
        }
        for (Kept gone : before.kept()) {
            if (gone.kind() == kind && !origins.containsValue(gone)) {
                giveUp(gone);
            }
        }
    }

    private void add(Kept now) {
        names.add(now);
        String how = switch (now.kind()) {
            case STORE ->
                declared.isGlobal(now)
                        ? " is new, and filled from its topic"
                        : " is new and begins empty: it lacks what was consumed before";
            case REPARTITION -> " is new";
            case SOURCE -> " is new, and read from its beginning";
        };
        entries.add(new Entry(Verdict.ADD, now, now + how, List.of()));
    }

    private void goOn(Kept now, Kept origin, KeptDifferences differences) {
        List<String> ofBytes = differences.ofBytes(origin, now);
        List<String> ofMeaning = differences.ofMeaning(origin, now);
        boolean isUnlike = !ofBytes.isEmpty() || !ofMeaning.isEmpty();
        boolean mayBeDropped = isAllowed(TopologyChange.Drop.class, origin, before)
                || isAllowed(TopologyChange.Drop.class, now, declared);
        boolean mayBeKept = ofBytes.isEmpty() && isAllowed(TopologyChange.Keep.class, now, declared);
        if (isUnlike && !mayBeKept && mayBeDropped) {
            drop(origin, "; " + now + " begins anew");
            names.add(now);
        } else if (isUnlike && !mayBeKept) {
            List<String> all = new ArrayList<>(ofBytes);
            all.addAll(ofMeaning);
            refuse(now, now + " is another one: " + String.join("; ", all), Remedies.ofChange(now, ofBytes.isEmpty()));
        } else {
            names.keep(now, origin);
            String note = ofMeaning.isEmpty() ? "" : ", as is allowed, although " + String.join("; ", ofMeaning);
            entries.add(
                    now.equals(origin)
                            ? new Entry(Verdict.KEEP, now, now + " goes on" + note, List.of())
                            : new Entry(Verdict.RENAME, now, renaming(now, origin) + note, List.of()));
        }
    }

    private String renaming(Kept now, Kept origin) {
        boolean isBack =
                before.storage().former().getOrDefault(origin, List.of()).contains(now.name());
        return origin + " is called '" + now.name() + "' " + (isBack ? "again" : "from now on")
                + ", with all that it has";
    }

    private void giveUp(Kept gone) {
        if (isAllowed(TopologyChange.Drop.class, gone, before)) {
            drop(gone, "");
        } else if (before.isGlobal(gone)) {
            // Its topic has all of it.
            drop(gone, "; its topic stays");
        } else {
            List<Kept> heirs = declared.kept().stream()
                    .filter(now -> now.kind() == gone.kind() && !origins.containsKey(now))
                    .filter(now -> new KeptDifferences(before, declared)
                            .ofBytes(gone, now)
                            .isEmpty())
                    .toList();
            refuse(gone, gone + " is gone: " + loss(gone), Remedies.ofLoss(gone, heirs, before, declared));
        }
    }

    private static String loss(Kept gone) {
        return switch (gone.kind()) {
            case STORE -> "what it holds would be kept no longer";
            case REPARTITION -> "records that are under way in its topic would never arrive";
            case SOURCE -> "where it stood would be forgotten";
        };
    }

    private void drop(Kept gone, String rest) {
        Kept stored = before.storage().storageOf(gone);
        names.drop(gone);
        if (!before.isGlobal(gone)) {
            lost.put(gone, stored.name()); // the rows of a global table are each instance's own
        }
        String what = switch (gone.kind()) {
            case STORE ->
                before.isGlobal(gone)
                        ? "its rows are deleted"
                        : "its changelog " + Changelog.topic(before.application(), stored.name())
                                + " and its state are deleted";
            case REPARTITION ->
                "its topic " + Repartition.topicOf(before.application(), stored.name())
                        + " is deleted, with what is under way in it";
            case SOURCE -> "where it stood is forgotten";
        };
        entries.add(new Entry(Verdict.DROP, gone, gone + " is dropped: " + what + rest, List.of()));
    }

    private void refuse(Kept what, String text, List<String> remedies) {
        entries.add(new Entry(Verdict.REFUSE, what, text, remedies));
    }

    /** A change may name the thing itself, or the step whose it is. */
    private boolean isAllowed(Class<? extends TopologyChange> change, Kept kept, TopologyManifest manifest) {
        return evolution.allowed().stream()
                .filter(change::isInstance)
                .anyMatch(allowed -> allowed.name().equals(kept.name())
                        || manifest.stepName(kept)
                                .filter(allowed.name()::equals)
                                .isPresent());
    }
}
