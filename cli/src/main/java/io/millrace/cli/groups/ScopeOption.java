package io.millrace.cli.groups;

import io.millrace.cli.command.PartitionOption;
import io.millrace.cli.command.UnusableException;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which partitions' offsets are meant: those of topics, or all that the group has. */
final class ScopeOption {
    /** @param partitions none for all */
    record Part(String topic, SortedSet<Integer> partitions) {}

    @Option(
            names = "--topic",
            paramLabel = "TOPIC[:P,P]",
            required = true,
            converter = PartConverter.class,
            description = "A topic, or some partitions of it, such as orders:0,3. May be given several times.")
    private List<Part> parts = List.of();

    @Option(
            names = "--all-topics",
            required = true,
            description = "Every partition for which the group has committed an offset.")
    private boolean isAll;

    SortedSet<TopicPartition> partitions(String groupId, LogAdmin admin) {
        if (isAll) {
            return new TreeSet<>(admin.committedOffsets(groupId).keySet());
        }
        SortedSet<TopicPartition> chosen = new TreeSet<>();
        for (Part part : parts) {
            TopicDescription topic = admin.describeTopic(part.topic())
                    .orElseThrow(() -> new UnusableException(
                            "There is no topic " + part.topic() + ". 'millrace topics list' says which there are."));
            if (topic.internal()) {
                throw new UnusableException(topic.name()
                        + " is an internal topic: the log alone reads it, and no group has offsets in it.");
            }
            if (part.partitions().isEmpty()) {
                IntStream.range(0, topic.partitions()).forEach(p -> chosen.add(new TopicPartition(topic.name(), p)));
            }
            for (int partition : part.partitions()) {
                PartitionOption.check(partition, topic);
                chosen.add(new TopicPartition(topic.name(), partition));
            }
        }
        return chosen;
    }

    static final class PartConverter implements ITypeConverter<Part> {
        private static final Pattern FORM = Pattern.compile("([^:]+)(?::([0-9]{1,9}(?:,[0-9]{1,9})*))?");

        @Override
        public Part convert(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw new TypeConversionException("'" + text + "' is not a topic, such as orders or orders:0,3");
            }
            String numbers = form.group(2);
            return new Part(
                    form.group(1),
                    numbers == null
                            ? new TreeSet<>()
                            : Pattern.compile(",")
                                    .splitAsStream(numbers)
                                    .map(Integer::valueOf)
                                    .collect(Collectors.toCollection(TreeSet::new)));
        }
    }
}
