package io.millrace.log.embedded.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.GroupMetadata;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.OffsetTarget;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.assignment.Assignor;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.log.embedded.LogEngine;
import io.millrace.log.embedded.partition.CommitHold;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Consumers of an engine in a simulated world, and beside them what is known of their groups without asking the engine: who lives, who is
 * away, what each was told, what is committed. Every step is taken by both, and what the engine says is compared:
 * {@link GroupInvariants}.
 */
final class GroupModel {
    static final int SLOTS = 6;
    static final int ROUNDS = 3;
    /** Time passes in whole seconds (4, 11 and 33): nobody's patience ends at such a time, as housekeeping takes half a second. */
    private static final Duration SESSION = Duration.ofMillis(10_200);

    private static final Duration MAX_POLL = Duration.ofMillis(30_200);
    private static final int RECORDS = 20;
    private static final List<String> TOPICS = List.of("orders", "credits", "x-1", "x-2", "x-3");
    private static final List<String> GROUPS = List.of("audit", "bank");

    enum Kind {
        OPEN,
        POLL,
        CLOSE,
        LEAVE,
        SUBSCRIBE,
        CREATE_TOPIC,
        DELETE_TOPIC,
        ADD_PARTITIONS,
        PASS_TIME,
        COMMIT,
        COMMIT_WITH_FORMER,
        PENDING,
        END_TRANSACTION,
        RESET,
        DELETE_GROUP,
        SETTLE,
        REOPEN,
        CRASH
    }

    /** One thing that happens; what makes no sense in the present state does nothing. */
    record Step(Kind kind, int slot, int argument) {}

    /** Who committed or could, once. */
    private record Former(GroupMetadata metadata, int life, Set<TopicPartition> told) {}

    /** A closed static member. */
    record Away(String memberId, int subscription, long sinceNanos) {}

    private final CrashMode mode;
    private final EmbeddedLogConfig config;
    private SimulatedWorld world = new SimulatedWorld(17);
    private LogEngine engine;
    private final SortedMap<String, Integer> topics = new TreeMap<>();
    private final Map<Integer, ModelMember> members = new TreeMap<>();
    private final Map<OffsetKeyOfInstance, Away> away = new HashMap<>();
    private final List<Former> formers = new ArrayList<>();
    private final ModelOffsets offsets = new ModelOffsets();
    private final short[] producerEpochs = new short[SLOTS];
    private final GroupInvariants invariants;
    private int life;
    private long nextOffset;

    private record OffsetKeyOfInstance(String group, String instance) {}

    GroupModel(Assignor assignor, CrashMode mode) {
        invariants = new GroupInvariants(this, assignor, mode);
        this.mode = mode;
        config = EmbeddedLogConfig.defaults()
                .withAssignor(assignor)
                .withInternalSegmentBytes(500)
                .withDurability(mode == CrashMode.POWER ? Durability.POWER_LOSS : Durability.PROCESS_CRASH);
        engine = LogEngine.open(world.world(), config);
        createTopic("orders", 4);
        createTopic("credits", 4);
    }

    // --- steps

    void take(Step step) {
        int argument = step.argument();
        ModelMember member = members.get(step.slot());
        switch (step.kind()) {
            case OPEN -> open(step.slot(), argument);
            case CREATE_TOPIC -> createTopic(TOPICS.get(argument % TOPICS.size()), 1 + argument / 5 % 4);
            case DELETE_TOPIC -> deleteTopic(TOPICS.get(argument % TOPICS.size()));
            case ADD_PARTITIONS -> addPartitions(TOPICS.get(argument % TOPICS.size()));
            case PASS_TIME -> world.runFor(Duration.ofSeconds(List.of(4, 11, 33).get(argument % 3)));
            case COMMIT_WITH_FORMER -> commitWithFormer(argument);
            case END_TRANSACTION -> endTransaction(step.slot(), argument % 3 != 0);
            case RESET -> reset(group(step.slot()), argument);
            case DELETE_GROUP -> deleteGroup(group(step.slot()));
            case SETTLE -> settle();
            case REOPEN -> {
                engine.close();
                begin(LogEngine.open(world.world(), config));
            }
            case CRASH -> {
                world = world.restart(mode);
                begin(LogEngine.open(world.world(), config));
            }
            case POLL, CLOSE, LEAVE, SUBSCRIBE, COMMIT, PENDING -> {
                if (member != null) {
                    take(step, member);
                }
            }
        }
    }

    private void take(Step step, ModelMember member) {
        switch (step.kind()) {
            case POLL -> poll(step.slot(), member);
            case CLOSE -> close(step.slot(), member);
            case LEAVE -> {
                members.remove(step.slot());
                end(member, member.consumer::leave);
            }
            case SUBSCRIBE -> {
                member.subscription = step.argument() % 4;
                subscribe(member);
            }
            case COMMIT -> commit(member, step.argument());
            case PENDING -> pending(step.slot(), member, step.argument());
            default -> throw new IllegalArgumentException(step.toString());
        }
    }

    private void begin(LogEngine opened) {
        engine = opened;
        members.clear();
        away.clear();
        life++;
    }

    private void createTopic(String name, int partitions) {
        if (topics.putIfAbsent(name, partitions) == null) {
            engine.admin().createTopic(name, partitions, TopicSettings.defaults());
            fill(name, 0, partitions);
        }
    }

    private void fill(String name, int from, int to) {
        try (LogProducer producer = engine.producer()) {
            for (int p = from; p < to; p++) {
                for (int i = 0; i < RECORDS; i++) {
                    producer.send(new TopicPartition(name, p), 1, null, BytesView.ofUtf8("v"), List.of());
                }
            }
        }
        for (int p = from; p < to; p++) {
            engine.partition(new TopicPartition(name, p)).force();
        }
    }

    private void deleteTopic(String name) {
        assertThat(engine.admin().deleteTopic(name)).isEqualTo(topics.remove(name) != null);
        offsets.forgetTopic(name);
    }

    private void addPartitions(String name) {
        Integer present = topics.get(name);
        if (present != null && present < 7) {
            engine.admin().addPartitions(name, present + 1);
            topics.put(name, present + 1);
            fill(name, present, present + 1);
        }
    }

    private static String group(int slot) {
        return GROUPS.get(slot == SLOTS - 1 ? 0 : 1);
    }

    private void open(int slot, int argument) {
        if (members.containsKey(slot)) {
            return;
        }
        String group = group(slot);
        Optional<String> instance = argument % 4 < 2 ? Optional.of("instance-" + argument % 4) : Optional.empty();
        ConsumerConfig consumerConfig =
                ConsumerConfig.group(group).withSessionTimeout(SESSION).withMaxPollInterval(MAX_POLL);
        if (instance.isPresent()) {
            consumerConfig = consumerConfig.withInstanceId(instance.get());
        }
        ModelMember member = new ModelMember(this, group, instance, engine.consumer(consumerConfig));
        member.subscription = argument / 4 % 4;
        members.put(slot, member);
        subscribe(member);
    }

    /** What its first poll does. */
    private void join(ModelMember member) {
        member.instance.ifPresent(instance -> {
            away.remove(new OffsetKeyOfInstance(member.group, instance));
            for (ModelMember other : members.values()) {
                other.replaced |=
                        other.joined && other.group.equals(member.group) && other.instance.equals(member.instance);
            }
        });
        member.joined = true;
        member.lastSeenNanos = now();
    }

    private void subscribe(ModelMember member) {
        switch (member.subscription) {
            case 0 -> member.consumer.subscribe(Set.of("orders"), member);
            case 1 -> member.consumer.subscribe(Set.of("orders", "credits"), member);
            case 2 -> member.consumer.subscribe(Pattern.compile("x-.*"), member);
            default -> member.consumer.subscribe(Pattern.compile(".*"), member);
        }
    }

    SortedSet<TopicPartition> subscribed(int subscription) {
        SortedSet<TopicPartition> result = new TreeSet<>();
        topics.forEach((topic, partitions) -> {
            boolean wanted = switch (subscription) {
                case 0 -> topic.equals("orders");
                case 1 -> topic.equals("orders") || topic.equals("credits");
                case 2 -> topic.startsWith("x-");
                default -> true;
            };
            for (int p = 0; wanted && p < partitions; p++) {
                result.add(new TopicPartition(topic, p));
            }
        });
        return result;
    }

    private void poll(int slot, ModelMember member) {
        if (!member.joined) {
            join(member);
        }
        boolean wasMember = isMember(member);
        boolean hadSomething = !member.told.isEmpty();
        member.beginPoll(wasMember);
        Throwable refused = catchThrowable(() -> member.consumer.poll(Duration.ZERO));
        if (refused instanceof AssertionError failed) {
            throw failed;
        }
        member.checkLossWasTold(hadSomething);
        if (!wasMember && member.instance.isPresent()) {
            assertDisposition(refused, Disposition.RESTART_TASK);
            members.remove(slot);
            member.consumer.close();
            return;
        }
        assertThat(refused).isNull();
        member.inForce = member.subscription;
        member.lastSeenNanos = now();
        assertThat(member.consumer.assignment()).isEqualTo(member.told);
        formers.add(new Former(member.metadata(), life, new HashSet<>(member.told)));
    }

    private void close(int slot, ModelMember member) {
        members.remove(slot);
        if (member.instance.isPresent() && isMember(member)) {
            away.put(
                    new OffsetKeyOfInstance(member.group, member.instance.get()),
                    new Away(member.metadata().memberId(), member.inForce, now()));
        }
        end(member, member.consumer::close);
    }

    /** Whoever has something is told that it gives it up, or that it lost it. */
    private void end(ModelMember member, Runnable how) {
        boolean hadSomething = !member.told.isEmpty();
        member.beginPoll(isMember(member));
        how.run();
        member.checkLossWasTold(hadSomething);
        assertThat(member.told).as("told of the end").isEmpty();
    }

    private long now() {
        return world.clock().nanos();
    }

    /** Whether the group still has it. */
    boolean isMember(ModelMember member) {
        return member.joined && !member.replaced && now() - member.lastSeenNanos < MAX_POLL.toNanos();
    }

    Map<String, Away> awayFrom(String group) {
        Map<String, Away> result = new TreeMap<>();
        away.forEach((key, value) -> {
            if (key.group().equals(group) && now() - value.sinceNanos() < SESSION.toNanos()) {
                result.put(value.memberId(), value);
            }
        });
        return result;
    }

    List<ModelMember> membersOf(String group) {
        return members.values().stream()
                .filter(member -> member.group.equals(group) && isMember(member))
                .toList();
    }

    boolean hasMembers(String group) {
        return !membersOf(group).isEmpty() || !awayFrom(group).isEmpty();
    }

    // --- commits

    private void commit(ModelMember member, int argument) {
        TopicPartition partition = choose(argument % 2 == 0 ? member.told : foreign(member), argument);
        if (partition != null) {
            Map<TopicPartition, Long> what = Map.of(partition, offset());
            boolean accepted = isMember(member) && member.told.contains(partition);
            Throwable refused = catchThrowable(() -> member.consumer.commit(what));
            settleCommit(member.group, what, accepted, refused);
        }
    }

    /** What others of the group were told. */
    private Set<TopicPartition> foreign(ModelMember member) {
        Set<TopicPartition> result = new HashSet<>();
        membersOf(member.group).forEach(other -> result.addAll(other.told));
        result.removeAll(member.told);
        return result;
    }

    private @Nullable TopicPartition choose(Set<TopicPartition> from, int argument) {
        List<TopicPartition> existing =
                new TreeSet<>(from).stream().filter(this::exists).toList();
        return existing.isEmpty() ? null : existing.get(argument / 2 % existing.size());
    }

    private boolean exists(TopicPartition partition) {
        return partition.partition() < topics.getOrDefault(partition.topic(), 0);
    }

    private long offset() {
        return nextOffset++ % (RECORDS + 1);
    }

    private void settleCommit(
            String group, Map<TopicPartition, Long> what, boolean accepted, @Nullable Throwable refused) {
        if (accepted) {
            assertThat(refused).as("a living owner's commit").isNull();
            offsets.commit(group, what);
        } else {
            assertDisposition(refused, Disposition.RESTART_TASK);
        }
    }

    private void commitWithFormer(int argument) {
        if (formers.isEmpty()) {
            return;
        }
        Former former = formers.get(formers.size() - 1 - argument % formers.size());
        GroupMetadata by = former.metadata();
        TopicPartition partition = choose(former.told(), argument);
        boolean isAway = awayFrom(by.groupId()).containsKey(by.memberId());
        if (partition == null || isAway) {
            return;
        }
        boolean accepted = former.life() == life
                && membersOf(by.groupId()).stream()
                        .anyMatch(member -> member.metadata().equals(by) && member.told.contains(partition));
        Map<TopicPartition, Long> what = Map.of(partition, offset());
        Throwable refused = catchThrowable(() -> engine.groups().commit(by, what));
        settleCommit(by.groupId(), what, accepted, refused);
    }

    void commitWhileRevoked(ModelMember member, Set<TopicPartition> partitions) {
        Map<TopicPartition, Long> what = new HashMap<>();
        partitions.stream().filter(this::exists).forEach(partition -> what.put(partition, offset()));
        member.consumer.commit(what);
        offsets.commit(member.group, what);
    }

    private void pending(int slot, ModelMember member, int argument) {
        TopicPartition partition = choose(argument % 3 == 0 ? foreign(member) : member.told, argument);
        if (partition != null) {
            Map<TopicPartition, Long> what = Map.of(partition, offset());
            boolean accepted = isMember(member) && member.told.contains(partition);
            Throwable refused = catchThrowable(() ->
                    engine.groups().appendTransactionalOffsets(slot, producerEpochs[slot], member.metadata(), what));
            if (accepted) {
                assertThat(refused).as("a living owner's commit").isNull();
                engine.partition(LogEngine.OFFSETS_PARTITION).force();
                offsets.pending(slot, member.group, what);
            } else {
                assertDisposition(refused, Disposition.RESTART_TASK);
            }
        }
    }

    private void endTransaction(int slot, boolean commit) {
        producerEpochs[slot]++;
        engine.partition(LogEngine.OFFSETS_PARTITION).appendMarker(slot, producerEpochs[slot], commit, 0);
        engine.partition(LogEngine.OFFSETS_PARTITION).force();
        engine.groups().completeTransaction(LogEngine.OFFSETS_PARTITION, slot, commit, new CommitHold());
        offsets.end(slot, commit);
    }

    private void reset(String group, int argument) {
        TopicPartition partition = choose(subscribed(3), argument);
        if (partition == null) {
            return;
        }
        long to = offset();
        Throwable refused = catchThrowable(() -> engine.admin()
                .resetOffsets(engine.admin().planOffsetReset(group, Set.of(partition), new OffsetTarget.Offset(to))));
        if (hasMembers(group) || offsets.undecided(group).contains(partition)) {
            assertDisposition(refused, Disposition.RETRY);
        } else {
            assertThat(refused).isNull();
            offsets.commit(group, Map.of(partition, to));
        }
    }

    private void deleteGroup(String group) {
        if (hasMembers(group) || !offsets.undecided(group).isEmpty()) {
            assertDisposition(catchThrowable(() -> engine.admin().deleteGroup(group)), Disposition.RETRY);
        } else {
            assertThat(engine.admin().deleteGroup(group)).isEqualTo(offsets.has(group));
            offsets.forgetGroup(group);
        }
    }

    private static void assertDisposition(@Nullable Throwable refused, Disposition disposition) {
        assertThat(refused)
                .isInstanceOfSatisfying(
                        LogException.class,
                        e -> assertThat(e.disposition()).as(e.getMessage()).isEqualTo(disposition));
    }

    // --- at rest

    /** Transactions end, sessions of the absent too, and everybody polls. */
    void settle() {
        for (int slot = 0; slot < SLOTS; slot++) {
            endTransaction(slot, slot % 2 == 0);
        }
        pollAll();
        world.runFor(Duration.ofSeconds(11));
        for (int round = 0; round < ROUNDS; round++) {
            pollAll();
        }
        for (String group : GROUPS) {
            invariants.checkSettled(group);
        }
    }

    private void pollAll() {
        for (int slot = 0; slot < SLOTS; slot++) {
            ModelMember member = members.get(slot);
            if (member != null) {
                poll(slot, member);
            }
        }
    }

    // --- what the invariants ask

    GroupInvariants invariants() {
        return invariants;
    }

    LogEngine engine() {
        return engine;
    }

    /** How often it was opened again. */
    int life() {
        return life;
    }

    ModelOffsets offsets() {
        return offsets;
    }

    Map<String, Integer> topics() {
        return topics;
    }

    /** What holds after every step. */
    void check() {
        GROUPS.forEach(invariants::checkAlways);
    }
}
