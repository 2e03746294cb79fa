package io.millrace.log.embedded.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.GroupDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.log.embedded.LogEngine;
import io.millrace.log.embedded.group.MemberAssignment.Standing;
import io.millrace.platform.sim.SimulatedWorld;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members that come, go and are away, as the coordinator sees them: who is told, and who has what. */
class GroupMembersTest {
    private static final Duration SESSION = Duration.ofSeconds(10);
    private static final Duration MAX_POLL = Duration.ofSeconds(100);
    private static final Set<TopicPartition> NOTHING = Set.of();

    private final SimulatedWorld world = new SimulatedWorld(31);
    private final Map<String, Integer> wakes = new HashMap<>();
    private LogEngine engine;

    @BeforeEach
    void open() {
        engine = LogEngine.open(world.world(), EmbeddedLogConfig.defaults());
        engine.admin().createTopic("orders", 2, TopicSettings.defaults());
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void aMemberIsNotSilentBeforeItsFirstPollIsDue() {
        world.runFor(Duration.ofHours(1));
        long before = world.clock().nanos();
        join("a", Optional.empty());
        long after = world.clock().nanos();

        assertThat(engine.groups().removeSilentMembers(before + MAX_POLL.toNanos()))
                .isZero();
        assertThat(engine.groups().removeSilentMembers(after + MAX_POLL.toNanos() + 1))
                .isEqualTo(1);
    }

    /** Nobody works on what it was asked for and had not given up yet. */
    @Test
    void aStaticMemberGivesUpWhatItWasAskedForWhenItStepsAway() {
        GroupMember first = join("first", Optional.of("first"));
        assertThat(first.heartbeat(NOTHING).owned()).hasSize(2);
        GroupMember other = join("other", Optional.empty());
        assertThat(other.heartbeat(NOTHING).owned()).isEmpty();
        int before = wakes.get("other");
        first.stepAway();

        assertThat(wakes.get("other")).isGreaterThan(before);
        assertThat(other.heartbeat(NOTHING).owned()).hasSize(1);
    }

    @Test
    void whoeverWasReplacedStepsAwayFromNothing() {
        GroupMember first = join("first", Optional.of("first"));
        first.heartbeat(NOTHING);
        join("again", Optional.of("first"));
        join("other", Optional.empty());
        Map<String, Integer> before = Map.copyOf(wakes);
        first.stepAway();

        assertThat(wakes).as("nothing changed, so nobody is woken").isEqualTo(before);
        assertThat(members()).noneMatch(GroupDescription.Member::away);
        assertThat(first.heartbeat(NOTHING).standing()).isEqualTo(Standing.REPLACED);
    }

    /** It cannot be written that it went, and it went all the same. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAMemberHadGoesToOthersAlsoWhereTheDiskIsFull(boolean isSilent) {
        GroupMember first = join("first", Optional.empty());
        first.heartbeat(NOTHING);
        GroupMember other = join("other", Optional.empty());
        first.heartbeat(first.heartbeat(NOTHING).surplus());
        assertThat(other.heartbeat(NOTHING).owned()).hasSize(1);
        world.storage().limitCapacity(0);
        if (isSilent) {
            long later = world.clock().nanos() + MAX_POLL.toNanos() + 1;
            other.exitPoll(later);
            engine.groups().removeSilentMembers(later);
        } else {
            first.leave();
        }

        assertThat(other.heartbeat(NOTHING).owned()).hasSize(2);
        assertThat(members()).hasSize(1);
    }

    @Test
    void whoeverLeavesIsNotWokenForIt() {
        GroupMember first = join("first", Optional.empty());
        first.heartbeat(NOTHING);
        GroupMember other = join("other", Optional.empty());
        other.heartbeat(NOTHING);
        Map<String, Integer> before = new HashMap<>(wakes);
        first.leave();

        before.merge("other", 1, Integer::sum);
        assertThat(wakes).isEqualTo(before);
    }

    @Test
    void aDescriptionSaysWhichMembersAreAway() {
        GroupMember first = join("first", Optional.of("first"));
        first.heartbeat(NOTHING);
        GroupMember other = join("other", Optional.of("other"));
        assertThat(members()).noneMatch(GroupDescription.Member::away);
        first.stepAway();

        assertThat(members())
                .filteredOn(GroupDescription.Member::away)
                .extracting(GroupDescription.Member::memberId)
                .containsExactly(first.memberId());
        assertThat(members()).extracting(GroupDescription.Member::memberId).contains(other.memberId());
    }

    private GroupMember join(String name, Optional<String> instanceId) {
        wakes.put(name, 0);
        SortedSet<String> topics = new TreeSet<>(Set.of("orders"));
        MemberSettings settings =
                new MemberSettings(instanceId, SESSION, MAX_POLL, () -> wakes.merge(name, 1, Integer::sum));
        return engine.groups().join("bank", existing -> topics, settings);
    }

    private List<GroupDescription.Member> members() {
        return engine.admin().describeGroup("bank").orElseThrow().members();
    }
}
