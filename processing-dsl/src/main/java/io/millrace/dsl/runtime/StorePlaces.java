package io.millrace.dsl.runtime;

import io.millrace.dsl.StorePartition;
import io.millrace.dsl.WindowStep;
import io.millrace.dsl.plan.SubTopology;
import io.millrace.dsl.query.QueriedStore;
import io.millrace.dsl.query.StoreQueries;
import io.millrace.log.GroupDescription;
import io.millrace.log.TopicPartition;
import io.millrace.state.StateException;
import io.millrace.state.StateView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which instance has which partition of a store, as the application's group says it when it is asked. Safe for use by several threads. */
final class StorePlaces implements StoreQueries.Places {
    private final ApplicationCore core;
    private final Pattern loop;

    StorePlaces(ApplicationCore core) {
        this.core = core;
        this.loop = Pattern.compile(Pattern.quote(core.name()) + "(?:@(.+))?-\\d+");
    }

    /** What may be asked by its name. */
    List<QueriedStore> stores() {
        Map<String, Long> slides = new HashMap<>();
        core.topology()
                .subTopologies()
                .forEach(subTopology -> subTopology.steps().forEach(step -> {
                    if (step instanceof WindowStep.OverSlides windows) {
                        slides.put(windows.store().name(), windows.differenceMillis() + 1);
                    }
                }));
        return core.topology().stores().stream()
                .map(store -> {
                    Long slide = slides.get(store.name());
                    return new QueriedStore(store, slide == null ? OptionalLong.empty() : OptionalLong.of(slide));
                })
                .toList();
    }

    @Override
    public int count(String store) {
        return core.partitionCounts().getOrDefault(core.topology().changelogTopic(store), 0);
    }

    @Override
    public List<StorePartition> of(String store) {
        Optional<SubTopology> owner = core.topology().ownerOf(store);
        Map<Integer, String> instances = owner.map(this::instances).orElse(Map.of());
        List<StorePartition> partitions = new ArrayList<>();
        for (int partition = 0; partition < count(store); partition++) {
            Optional<String> instance =
                    owner.isEmpty() ? Optional.of(core.instance()) : Optional.ofNullable(instances.get(partition));
            partitions.add(new StorePartition(store, partition, isHere(store, partition), instance));
        }
        return partitions;
    }

    private boolean isHere(String store, int partition) {
        try (StateView view = core.database().view(partition, store)) {
            return view.partition() == partition;
        } catch (StateException e) {
            // Elsewhere, or restored, or closed: whoever asks it is told which.
            return false;
        }
    }

    /** Who has the tasks of a sub-topology, by partition. */
    private Map<Integer, String> instances(SubTopology subTopology) {
        Map<Integer, String> instances = new HashMap<>();
        core.log().admin().describeGroup(core.name()).ifPresent(group -> {
            for (GroupDescription.Member member : group.members()) {
                Matcher name = loop.matcher(member.instanceId().orElse(""));
                if (!member.away() && name.matches()) {
                    String instance = Optional.ofNullable(name.group(1)).orElse("");
                    for (TopicPartition assigned : member.assignment()) {
                        if (subTopology.sourceOf(assigned.topic()) != null) {
                            instances.put(assigned.partition(), instance);
                        }
                    }
                }
            }
        });
        return instances;
    }
}
