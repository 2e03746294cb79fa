package io.millrace.log.embedded.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.TopicPartition;
import io.millrace.log.assignment.Assignor;
import io.millrace.log.embedded.group.GroupCommand.Heartbeat;
import io.millrace.log.embedded.group.GroupCommand.Join;
import io.millrace.log.embedded.group.GroupCommand.Remove;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GroupRuleTest {
    private static final Map<String, Integer> COUNTS = Map.of("orders", 2);

    private final GroupRule rule = new GroupRule(Assignor.STICKY);
    private GroupState state = GroupState.empty("bank", 41);

    @Test
    void theFirstMemberTakesEverythingAtTheNextEpoch() {
        join("a");
        heartbeat("a");

        assertThat(member("a").owned()).containsExactly(orders(0), orders(1));
        assertThat(member("a").generation()).isEqualTo(42);
    }

    @Test
    void aMemberKeepsItsGenerationUntilItHasGivenUpWhatItMust() {
        join("a");
        heartbeat("a");
        join("b");

        heartbeat("a");
        assertThat(state.surplusOf(member("a"))).containsExactly(orders(1));
        assertThat(member("a").generation()).isEqualTo(42);

        heartbeat("a", orders(1));
        assertThat(member("a").generation()).isEqualTo(43);
        assertThat(member("a").owned()).containsExactly(orders(0));
    }

    @Test
    void nobodyTakesWhatAnotherHasNotReleased() {
        join("a");
        heartbeat("a");
        join("b");

        heartbeat("b");
        assertThat(member("b").owned()).isEmpty();
        assertThat(state.isDue(member("b"))).isFalse();

        heartbeat("a", orders(1));
        assertThat(state.isDue(member("b"))).isTrue();
        heartbeat("b");
        assertThat(member("b").owned()).containsExactly(orders(1));
    }

    @Test
    void aSurplusMemberIdlesAtTheCurrentGeneration() {
        join("a");
        join("b");
        join("c");
        heartbeat("a");
        heartbeat("b");
        heartbeat("c");

        assertThat(member("c").owned()).isEmpty();
        assertThat(member("c").generation()).isEqualTo(state.epoch());
    }

    @Test
    void whatAMemberOwnedIsFreeOnceItIsGone() {
        join("a");
        heartbeat("a");
        join("b");
        state = rule.decide(state, new Remove(Set.of("a")), COUNTS);
        heartbeat("b");

        assertThat(member("b").owned()).containsExactly(orders(0), orders(1));
    }

    @Test
    void aRestartedStaticMemberGetsWhatItHadAndItsFormerSelfIsOut() {
        join("a");
        heartbeat("a");
        state = rule.decide(state, new Join("b1", Optional.of("b"), new TreeSet<>(Set.of("orders"))), COUNTS);
        heartbeat("a", orders(1));
        heartbeat("b1");
        state = rule.decide(state, new Join("b2", Optional.of("b"), new TreeSet<>(Set.of("orders"))), COUNTS);
        heartbeat("b2");

        assertThat(state.member("b1")).isNull();
        assertThat(member("b2").owned()).containsExactly(orders(1));
        assertThat(member("a").owned()).containsExactly(orders(0));
    }

    @Test
    void theSameSubscriptionAgainChangesNothing() {
        join("a");
        GroupState before = state;
        join("a");

        assertThat(state).isEqualTo(before);
    }

    private void join(String memberId) {
        state = rule.decide(state, new Join(memberId, Optional.empty(), new TreeSet<>(Set.of("orders"))), COUNTS);
    }

    private void heartbeat(String memberId, TopicPartition... released) {
        state = rule.decide(state, new Heartbeat(memberId, Set.of(released)), COUNTS);
    }

    private MemberState member(String memberId) {
        MemberState member = state.member(memberId);
        assertThat(member).isNotNull();
        return member;
    }

    private static TopicPartition orders(int partition) {
        return new TopicPartition("orders", partition);
    }
}
