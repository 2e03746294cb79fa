package io.millrace.log.embedded.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.GroupDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.assignment.Assignor;
import io.millrace.platform.sim.CrashMode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * What has to hold whatever happens to groups.
 *
 * <ul>
 *   <li>oneOwner: no partition is owned by two members at once, as the coordinator and as the listeners see it.
 *   <li>revokedFirst: whoever is assigned a partition gets it after its former owner gave it up, or was removed.
 *   <li>lossIsTold: a member that was removed is told that it lost what it had, and nobody else is.
 *   <li>fenced: the commit of a member that was removed, has reached a later generation, or does not own the partition, is refused and
 *       leaves no trace; that of a living owner is accepted, also in its last callback.
 *   <li>offsetsStand: what was committed and not deleted is committed, after every step and every restart.
 *   <li>stable: nobody begins where an open transaction may still commit.
 *   <li>allOwned: once nothing happens, every partition of a subscribed topic is owned after {@value GroupModel#ROUNDS} rounds of polls.
 *   <li>balanced: the owned are as even as the assignor says; whoever gets nothing idles as a member.
 *   <li>epochRises: a group's epoch never falls, also not over a restart.
 * </ul>
 */
final class GroupInvariants {
    private final GroupModel model;
    private final Assignor assignor;
    private final CrashMode mode;
    private final ModelOffsets offsets;
    private final Map<String, Integer> epochs = new HashMap<>();

    GroupInvariants(GroupModel model, Assignor assignor, CrashMode mode) {
        this.model = model;
        this.assignor = assignor;
        this.mode = mode;
        offsets = model.offsets();
    }

    /** revokedFirst, stable, and where a new owner begins. */
    void checkAssignable(ModelMember member, Set<TopicPartition> partitions) {
        for (ModelMember other : model.membersOf(member.group)) {
            if (other != member) {
                assertThat(other.told).as("told to another").doesNotContainAnyElementsOf(partitions);
            }
        }
        assertThat(offsets.undecided(member.group)).as("undecided").doesNotContainAnyElementsOf(partitions);
        Map<TopicPartition, Long> committed = offsets.committed(member.group);
        for (TopicPartition partition : partitions) {
            assertThat(member.consumer.position(partition)).isEqualTo(committed.getOrDefault(partition, 0L));
        }
    }

    /** What holds after every step. */
    void checkAlways(String group) {
        GroupCoordinator groups = model.engine().groups();
        assertThat(groups.committed(group)).as("offsetsStand").isEqualTo(offsets.committed(group));
        assertThat(groups.stableOffsets(group, model.subscribed(3), () -> {}).pending())
                .as("offsetsStand: undecided")
                .isEqualTo(offsets.undecided(group));
        groups.operations()
                .snapshot(group)
                .ifPresentOrElse(
                        this::checkSnapshot,
                        () -> assertThat(model.hasMembers(group) || offsets.has(group))
                                .as("%s is known", group)
                                .isFalse());
    }

    private void checkSnapshot(GroupSnapshot group) {
        Map<String, ModelMember> living = new HashMap<>();
        model.membersOf(group.groupId())
                .forEach(member -> living.put(member.metadata().memberId(), member));
        Set<String> expected = new HashSet<>(living.keySet());
        expected.addAll(model.awayFrom(group.groupId()).keySet());
        Set<TopicPartition> owned = new HashSet<>();
        Set<String> present = new HashSet<>();
        for (GroupDescription.Member member : group.members()) {
            present.add(member.memberId());
            member.assignment()
                    .forEach(partition -> assertThat(owned.add(partition))
                            .as("oneOwner of %s", partition)
                            .isTrue());
            ModelMember known = living.get(member.memberId());
            if (known != null) {
                assertThat(member.assignment()).as("told and owned").containsAll(known.told);
            }
        }
        assertThat(present).as("members").isEqualTo(expected);
        if (mode == CrashMode.PROCESS || model.life() == 0) {
            assertThat(group.epoch()).as("epochRises").isGreaterThanOrEqualTo(epochs.getOrDefault(group.groupId(), 0));
        }
        epochs.put(group.groupId(), group.epoch());
    }

    /** What holds when nothing happens any more. */
    void checkSettled(String group) {
        List<ModelMember> present = model.membersOf(group);
        SortedSet<TopicPartition> wanted = new TreeSet<>();
        SortedSet<TopicPartition> owned = new TreeSet<>();
        for (ModelMember member : present) {
            wanted.addAll(model.subscribed(member.subscription));
            owned.addAll(member.told);
            assertThat(model.subscribed(member.subscription))
                    .as("only subscribed")
                    .containsAll(member.told);
        }
        assertThat(owned).as("allOwned").isEqualTo(wanted);
        model.engine().groups().operations().snapshot(group).ifPresent(snapshot -> {
            assertThat(snapshot.state())
                    .isEqualTo(present.isEmpty() ? GroupDescription.State.EMPTY : GroupDescription.State.STABLE);
            snapshot.members()
                    .forEach(member -> assertThat(member.generation())
                            .as("also an idle member has arrived")
                            .isEqualTo(snapshot.epoch()));
        });
        boolean alike =
                present.stream().map(member -> member.subscription).distinct().count() == 1;
        if (alike) {
            checkBalance(present);
        }
    }

    private void checkBalance(List<ModelMember> present) {
        switch (assignor) {
            case ROUND_ROBIN -> checkEven(present, member -> member.told.size());
            case RANGE ->
                model.topics()
                        .keySet()
                        .forEach(topic -> checkEven(present, member -> (int) member.told.stream()
                                .filter(partition -> partition.topic().equals(topic))
                                .count()));
            case STICKY ->
                checkEven(present, member -> (int) member.told.stream()
                        .map(partition -> model.topics().get(partition.topic()) + "/" + partition.partition())
                        .distinct()
                        .count());
        }
    }

    private static void checkEven(List<ModelMember> present, ToIntFunction<ModelMember> load) {
        int least = present.stream().mapToInt(load).min().orElse(0);
        int most = present.stream().mapToInt(load).max().orElse(0);
        assertThat(most - least).as("balanced").isLessThanOrEqualTo(1);
    }
}
