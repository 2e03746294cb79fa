package io.millrace.cli.state;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.UnusableException;
import io.millrace.dsl.GlobalTableSpec;
import io.millrace.dsl.plan.Changelog;
import io.millrace.log.EventLog;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicDescription;
import io.millrace.state.StateException;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoredPartition;
import io.millrace.state.rocksdb.ReadOnlyRocks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The directories of state that a command looks at, as they were when it was opened, and the log that they follow. Owned by one thread. */
final class States implements AutoCloseable {
    private final ScratchDirectory scratch;
    private final @Nullable EventLog log;
    private final List<Opened> opened;
    private final List<StateException> damaged;
    private final String passedOver;

    /**
     * @param damaged why other directories could not be opened
     * @param passedOver which ones were not looked at and why; empty if there are none
     */
    States(
            ScratchDirectory scratch,
            @Nullable EventLog log,
            List<Opened> opened,
            List<StateException> damaged,
            String passedOver) {
        this.scratch = scratch;
        this.log = log;
        this.opened = List.copyOf(opened);
        this.damaged = new ArrayList<>(damaged);
        this.passedOver = passedOver;
    }

    /**
     * One directory.
     *
     * @param applications whose it may be: those that have changelogs of the most of its stores. One, unless names are ambiguous, or there is
     *     no log, or another one
     */
    record Opened(Path directory, ReadOnlyRocks rocks, List<String> applications) {
        static Opened of(Path directory, ReadOnlyRocks rocks, @Nullable EventLog log) {
            boolean isItsLog =
                    log != null && rocks.logId().filter(log.logId()::equals).isPresent();
            List<String> applications = log == null || !isItsLog
                    ? List.of()
                    : applicationsOf(
                            rocks.stores(),
                            log.admin().topics().stream()
                                    .map(TopicDescription::name)
                                    .toList());
            return new Opened(directory, rocks, applications);
        }

        Opened only(String application) {
            return new Opened(directory, rocks, List.of(application));
        }

        /** That it is the state of another log; empty if it is not, or that cannot be told. */
        Optional<String> foreign(@Nullable EventLog log) {
            return log == null
                    ? Optional.empty()
                    : rocks.logId()
                            .filter(owner -> !owner.equals(log.logId()))
                            .map(owner -> "The state in " + directory + " belongs to log " + owner
                                    + ", and this is log " + log.logId());
        }

        /** The partitions of a store that have a position, sorted. */
        List<StoredPartition> partitions(String store) {
            return rocks.stored().stream()
                    .filter(stored -> stored.store().equals(store))
                    .sorted((a, b) -> Integer.compare(a.partition(), b.partition()))
                    .toList();
        }

        StoreManifest manifest(String store) {
            return rocks.manifest(store).orElse(new StoreManifest(Map.of()));
        }
    }

    /** A store in its directory. */
    record Found(Opened state, String store) {
        StoreManifest manifest() {
            return state.manifest(store);
        }

        boolean isGlobal() {
            return GlobalTableSpec.topicOf(manifest()).isPresent();
        }

        /**
         * What its content follows: the topic of a global table, else the changelog of the application whose state it is; empty if there is none, if
         * it is not known whose it is, or if the topic is another one that has the name now.
         */
        Optional<TopicDescription> changelog(LogAdmin admin) {
            StoreManifest manifest = manifest();
            Optional<String> global = GlobalTableSpec.topicOf(manifest);
            if (global.isPresent()) {
                return admin.describeTopic(global.get())
                        .filter(topic ->
                                manifest.source().filter(topic.id()::equals).isPresent());
            }
            List<String> applications = state.applications();
            return applications.size() == 1
                    ? admin.describeTopic(Changelog.topic(applications.get(0), store))
                    : Optional.empty();
        }

        /** @param chosen all if it is empty @throws UnusableException if one of them is not there */
        List<StoredPartition> partitions(List<Integer> chosen) {
            List<StoredPartition> all = state.partitions(store);
            checkChosen(chosen, all.stream().map(StoredPartition::partition).toList());
            return chosen.isEmpty()
                    ? all
                    : all.stream()
                            .filter(one -> chosen.contains(one.partition()))
                            .toList();
        }

        /** @throws UnusableException if a partition that a person chose is none of those that there are */
        void checkChosen(List<Integer> chosen, List<Integer> present) {
            for (int partition : chosen) {
                if (!present.contains(partition)) {
                    throw new UnusableException("Store " + store + " has "
                            + (present.isEmpty() ? "no partition" : "partitions " + present) + " in "
                            + state.directory() + ", not " + partition + ".");
                }
            }
        }
    }

    /** Does something with each store; one that turns out to be damaged is told with the others that are, and keeps none from its turn. */
    void forEach(List<Found> stores, Consumer<Found> action) {
        for (Found found : stores) {
            try {
                action.accept(found);
            } catch (StateException e) {
                if (e.kind() != StateException.Kind.CORRUPT && e.kind() != StateException.Kind.IO) {
                    throw e;
                }
                damaged.add(e);
            }
        }
    }

    /** Says which directories and stores could not be read and are not among what was printed. @return whether there are none */
    boolean tellDamage(Console console) {
        damaged.stream()
                .map(each -> String.valueOf(each.getMessage()))
                .distinct()
                .forEach(console::say);
        return damaged.isEmpty();
    }

    /** Says which directories were not looked at. */
    void tellPassedOver(Console console) {
        if (!passedOver.isEmpty()) {
            console.say(passedOver);
        }
    }

    /** Says which states follow another log than the one that they are shown with. */
    void tellForeign(Console console) {
        opened.forEach(each -> each.foreign(log).ifPresent(console::say));
    }

    Optional<EventLog> log() {
        return Optional.ofNullable(log);
    }

    /** All stores, or those with these names. @throws UnusableException if there is no such store */
    List<Found> stores(List<String> names) {
        if (!names.isEmpty()) {
            return names.stream().map(this::store).toList();
        }
        List<Found> all = new ArrayList<>();
        opened.forEach(state -> state.rocks().stores().forEach(store -> all.add(new Found(state, store))));
        return all;
    }

    /** @throws UnusableException if no directory has this store, or several have */
    Found store(String name) {
        List<Opened> having = opened.stream()
                .filter(state -> state.rocks().stores().contains(name))
                .toList();
        if (having.isEmpty() && !damaged.isEmpty()) {
            throw damaged.get(0);
        }
        if (having.isEmpty()) {
            throw new UnusableException("There is no store " + name + ". 'millrace state list' says which there are."
                    + (passedOver.isEmpty() ? "" : " " + passedOver));
        }
        if (having.size() > 1) {
            throw new UnusableException("There is a store " + name + " in "
                    + String.join(
                            " and in ",
                            having.stream()
                                    .map(one -> one.directory().toString())
                                    .toList())
                    + ". Choose one with --state or --application.");
        }
        return new Found(having.get(0), name);
    }

    /** The names that, with those of the most stores, make names of topics; sorted. */
    static List<String> applicationsOf(List<String> stores, List<String> topics) {
        Map<String, Integer> counts = new TreeMap<>();
        for (String store : stores) {
            for (String topic : topics) {
                Changelog.application(topic, store).ifPresent(name -> counts.merge(name, 1, Integer::sum));
            }
        }
        int most = counts.isEmpty() ? 0 : Collections.max(counts.values());
        return counts.entrySet().stream()
                .filter(count -> count.getValue() == most)
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public void close() {
        opened.forEach(state -> state.rocks().close());
        if (log != null) {
            log.close();
        }
        scratch.close();
    }
}
