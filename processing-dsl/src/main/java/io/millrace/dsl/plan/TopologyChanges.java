package io.millrace.dsl.plan;

import io.millrace.dsl.plan.TopologyManifest.StepEntry;
import io.millrace.state.StoreManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What of a topology's state another one would not go on with. Pure. */
public final class TopologyChanges {
    private TopologyChanges() {}

    /** A sentence for each store that is gone, new or fed otherwise; empty if state goes on as it was. Steps without state may change freely. */
    public static List<String> between(TopologyManifest before, TopologyManifest after) {
        SortedMap<String, StepEntry> had = byStore(before);
        SortedMap<String, StepEntry> has = byStore(after);
        SortedSet<String> names = new TreeSet<>(had.keySet());
        names.addAll(has.keySet());
        List<String> changes = new ArrayList<>();
        for (String name : names) {
            StepEntry old = had.get(name);
            StepEntry now = has.get(name);
            if ((now == null || isGlobal(now)) && (old == null || isGlobal(old))) {
                describeGlobal(name, old, now, changes);
            } else if (now == null) {
                changes.add("store '" + name + "' is gone: what it holds would be kept no longer");
            } else if (old == null) {
                changes.add("store '" + name + "' is new: it would lack everything that was consumed before");
            } else {
                describe(name, old, before.feeds(old), now, after.feeds(now), changes);
            }
        }
        return changes;
    }

    private static boolean isGlobal(StepEntry step) {
        return step.subTopology() == TopologyManifest.GLOBAL;
    }

    /** A table that is gone loses nothing, and a new one lacks nothing: its topic has all of it. */
    private static void describeGlobal(
            String table, @Nullable StepEntry old, @Nullable StepEntry now, List<String> into) {
        if (old != null && now != null) {
            describe(table, old, old.reads(), now, now.reads(), into);
        }
    }

    /** A sentence for each store of both whose bytes mean something else: what was written could not be read. */
    public static List<String> ofBytes(TopologyManifest before, TopologyManifest after) {
        SortedMap<String, StepEntry> has = byStore(after);
        List<String> changes = new ArrayList<>();
        byStore(before).forEach((name, old) -> {
            StepEntry now = has.get(name);
            if (now != null) {
                changes.addAll(differences(name, old, now));
            }
        });
        return changes;
    }

    private static void describe(
            String store, StepEntry old, List<String> oldFeeds, StepEntry now, List<String> feeds, List<String> into) {
        if (!oldFeeds.equals(feeds)) {
            into.add("store '" + store + "' was fed by " + oldFeeds + " and is fed by " + feeds);
        }
        into.addAll(differences(store, old, now));
    }

    private static List<String> differences(String store, StepEntry old, StepEntry now) {
        StoreManifest had = StoreManifest.parse(old.stores().getOrDefault(store, ""));
        StoreManifest has = StoreManifest.parse(now.stores().getOrDefault(store, ""));
        return had.differences(has).stream()
                .map(difference -> "of store '" + store + "', " + difference)
                .toList();
    }

    private static SortedMap<String, StepEntry> byStore(TopologyManifest manifest) {
        SortedMap<String, StepEntry> found = new TreeMap<>();
        for (StepEntry step : manifest.steps()) {
            step.stores().keySet().forEach(store -> found.put(store, step));
        }
        return found;
    }
}
