package io.millrace.log.embedded.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.TopicPartition;
import io.millrace.log.assignment.Assignor;
import io.millrace.log.embedded.group.GroupCommand.Heartbeat;
import io.millrace.log.embedded.group.GroupCommand.Join;
import io.millrace.log.embedded.group.GroupCommand.Remove;
import io.millrace.log.embedded.group.GroupCommand.TopicsChanged;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Groups under any order of joins, departures, heartbeats and new topics. */
class GroupRuleProperties {
    private static final List<String> TOPICS = List.of("credits", "orders", "results");

    /** One thing that happens; what makes no sense in the present state does nothing. */
    record Step(int kind, int member, int argument) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.frequency(
                                Tuple.of(3, 0), Tuple.of(1, 1), Tuple.of(8, 2), Tuple.of(1, 3), Tuple.of(1, 4)),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.integers().between(0, 7))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 300)
    void aPartitionHasOneOwnerAtEveryStepAndInTheEndAllAreOwned(
            @ForAll("steps") List<Step> steps, @ForAll Assignor assignor) {
        Run run = new Run(assignor);
        for (Step step : steps) {
            run.take(step);
            run.checkEveryStep();
        }
        run.settle();
        run.checkSettled();
    }

    @Property(tries = 200)
    void nobodyElseIsDisturbedByAMemberThatStays(@ForAll("steps") List<Step> steps) {
        Run run = new Run(Assignor.STICKY);
        steps.forEach(run::take);
        run.settle();
        GroupState settled = run.state;

        run.take(new Step(2, 0, 0));
        run.settle();

        assertThat(run.state).isEqualTo(settled);
    }

    @Property(tries = 200)
    void aNewMemberMovesNoMoreThanItGets(@ForAll("steps") List<Step> steps) {
        Run run = new Run(Assignor.STICKY);
        steps.forEach(run::take);
        run.settle();
        Map<TopicPartition, String> before = run.owners();

        run.state = run.rule.decide(
                run.state, new Join("zz-newcomer", Optional.empty(), new TreeSet<>(TOPICS)), run.partitionCounts);
        run.settle();

        run.owners().forEach((partition, owner) -> {
            String former = before.get(partition);
            if (former != null && run.allSubscribeAlike()) {
                assertThat(owner).as("%s of %s", partition, former).isIn(former, "zz-newcomer");
            }
        });
    }

    /** A group and what happens to it. */
    private static final class Run {
        final GroupRule rule;
        final Map<String, Integer> partitionCounts = new TreeMap<>(Map.of("orders", 4, "credits", 4));
        GroupState state = GroupState.empty("bank", 7);
        int highestEpoch = 7;
        final Map<String, Integer> generations = new HashMap<>();

        Run(Assignor assignor) {
            rule = new GroupRule(assignor);
        }

        void take(Step step) {
            String member = "member-" + step.member();
            GroupCommand command = switch (step.kind()) {
                case 0 -> new Join(member, instanceOf(step), topicsOf(step));
                case 1 -> new Remove(Set.of(member));
                case 2 -> new Heartbeat(member, releasedBy(member));
                case 3 -> {
                    partitionCounts.putIfAbsent("results", 1 + step.argument());
                    yield new TopicsChanged();
                }
                default -> new Heartbeat(member, Set.of());
            };
            state = rule.decide(state, command, partitionCounts);
        }

        private Optional<String> instanceOf(Step step) {
            return step.argument() == 7 ? Optional.of("static") : Optional.empty();
        }

        private SortedSet<String> topicsOf(Step step) {
            return step.argument() >= 6
                    ? new TreeSet<>(TOPICS.subList(step.argument() - 6, step.argument() - 4))
                    : new TreeSet<>(TOPICS);
        }

        private Set<TopicPartition> releasedBy(String memberId) {
            MemberState member = state.member(memberId);
            return member == null ? Set.of() : state.surplusOf(member);
        }

        void checkEveryStep() {
            Set<TopicPartition> seen = new HashSet<>();
            for (MemberState member : state.members().values()) {
                member.owned()
                        .forEach(partition -> assertThat(seen.add(partition))
                                .as("%s has one owner", partition)
                                .isTrue());
                assertThat(member.generation()).isLessThanOrEqualTo(state.epoch());
                int former = generations.getOrDefault(member.memberId(), 0);
                if (member.generation() != 0) {
                    assertThat(member.generation()).isGreaterThanOrEqualTo(former);
                    generations.put(member.memberId(), member.generation());
                }
            }
            assertThat(state.epoch()).isGreaterThanOrEqualTo(highestEpoch);
            highestEpoch = state.epoch();
        }

        /** Everybody heartbeats until nobody has anything to do. */
        void settle() {
            for (int round = 0; round < 4; round++) {
                for (String member : List.copyOf(state.members().keySet())) {
                    state = rule.decide(state, new Heartbeat(member, releasedBy(member)), partitionCounts);
                    checkEveryStep();
                }
            }
        }

        void checkSettled() {
            state.members().values().forEach(member -> {
                assertThat(state.isDue(member)).as("%s is done", member).isFalse();
                assertThat(member.owned()).isEqualTo(state.targetOf(member.memberId()));
                assertThat(member.generation()).isEqualTo(state.epoch());
                member.owned().forEach(partition -> assertThat(member.topics()).contains(partition.topic()));
            });
            assertThat(owners().keySet()).isEqualTo(expected());
        }

        private Set<TopicPartition> expected() {
            Set<TopicPartition> all = new HashSet<>();
            for (MemberState member : state.members().values()) {
                for (String topic : member.topics()) {
                    for (int p = 0; p < partitionCounts.getOrDefault(topic, 0); p++) {
                        all.add(new TopicPartition(topic, p));
                    }
                }
            }
            return all;
        }

        Map<TopicPartition, String> owners() {
            Map<TopicPartition, String> owners = new HashMap<>();
            state.members()
                    .values()
                    .forEach(member -> member.owned().forEach(partition -> owners.put(partition, member.memberId())));
            return owners;
        }

        boolean allSubscribeAlike() {
            List<SortedSet<String>> distinct = new ArrayList<>();
            state.members().values().forEach(member -> {
                if (!distinct.contains(member.topics())) {
                    distinct.add(member.topics());
                }
            });
            return distinct.size() == 1;
        }
    }
}
