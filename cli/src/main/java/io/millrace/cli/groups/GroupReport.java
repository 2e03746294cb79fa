package io.millrace.cli.groups;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.Table;
import io.millrace.cli.command.UnusableException;
import io.millrace.cli.command.UsageException;
import io.millrace.log.EventLog;
import io.millrace.log.GroupDescription;
import io.millrace.log.GroupDescription.Progress;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.ReadOnlyLog;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/** How groups are found and shown. */
final class GroupReport {
    private GroupReport() {}

    /** @throws UnusableException if there is no such group */
    static GroupDescription require(String groupId, LogAdmin admin) {
        if (groupId.isEmpty()) {
            throw new UsageException("The name of a group is not empty.");
        }
        return admin.describeGroup(groupId)
                .orElseThrow(() -> new UnusableException(
                        "There is no group " + groupId + ". 'millrace groups list' says which there are."));
    }

    /** Members live in the process that has the log open, and are written nowhere. */
    static boolean knowsMembers(EventLog log) {
        return !(log instanceof ReadOnlyLog);
    }

    static void sayWhatIsUnknown(EventLog log, Console console) {
        if (!knowsMembers(log)) {
            console.say(
                    "Members, and with them a group's state, are known only to the process that has the log open; here they"
                            + " are shown as '-'.");
        }
    }

    static void state(GroupDescription group, boolean isKnown, Table.Row row) {
        if (isKnown) {
            row.text(group.state().name().toLowerCase(Locale.ROOT));
        } else {
            row.missing();
        }
    }

    static void partition(Progress progress, Table.Row row) {
        row.text(progress.topicPartition().topic())
                .number(progress.topicPartition().partition())
                .number(progress.committed());
        if (progress.fault().isPresent()) {
            row.missing().missing();
            return;
        }
        row.number(progress.endOffset());
        if (progress.isBeyondEnd()) {
            row.missing("lost end");
        } else {
            row.number(progress.lag());
        }
    }

    /** Says why the ends of some partitions are not known, once each. @return the exit status */
    static int sayFaults(List<GroupDescription> groups, Console console) {
        SortedSet<String> faults = new TreeSet<>();
        for (GroupDescription group : groups) {
            group.progress().forEach(progress -> progress.fault().ifPresent(faults::add));
        }
        faults.forEach(console::say);
        return faults.isEmpty() ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    static void sayWhatIsBeyondEnd(GroupDescription group, Console console) {
        for (Progress progress : group.progress()) {
            if (progress.isBeyondEnd()) {
                TopicPartition partition = progress.topicPartition();
                console.say("Group " + group.groupId() + " has committed offset "
                        + progress.committed().orElseThrow() + " of " + partition + ", beyond the end of the log at "
                        + progress.endOffset() + ": its members stop there. Restore the log from a copy; or, to go on"
                        + " without what is lost, end them all and run millrace groups reset-offsets " + group.groupId()
                        + " --topic " + partition.topic() + ":" + partition.partition()
                        + " --to-latest --data DIRECTORY --execute");
            }
        }
    }

    /** How many partitions the group has a committed offset of. */
    static long committed(GroupDescription group) {
        return group.progress().stream()
                .filter(progress -> progress.committed().isPresent())
                .count();
    }

    /** Of all its partitions, together; empty if that of one is not known. */
    static OptionalLong lag(GroupDescription group) {
        return group.progress().stream().allMatch(progress -> progress.fault().isEmpty())
                ? OptionalLong.of(
                        group.progress().stream().mapToLong(Progress::lag).sum())
                : OptionalLong.empty();
    }
}
