package io.millrace.dsl.deadletter;

import io.millrace.dsl.DeadLetterHeaders;
import io.millrace.dsl.ErrorKind;
import io.millrace.dsl.deadletter.DeadLetter.Failure;
import io.millrace.dsl.deadletter.DeadLetter.Origin;
import io.millrace.log.Header;
import io.millrace.log.LogRecord;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What makes a record a dead letter, and back: its headers. Stateless. */
public final class Letters {
    private static final int STACK_CHARACTERS = 8_192;
    private static final Set<String> OURS = Set.of(
            DeadLetterHeaders.TOPIC,
            DeadLetterHeaders.PARTITION,
            DeadLetterHeaders.OFFSET,
            DeadLetterHeaders.TIMESTAMP,
            DeadLetterHeaders.ERROR_KIND,
            DeadLetterHeaders.ERROR_CLASS,
            DeadLetterHeaders.ERROR_MESSAGE,
            DeadLetterHeaders.ERROR_STACK,
            DeadLetterHeaders.ERROR_TIMESTAMP,
            DeadLetterHeaders.ATTEMPTS,
            DeadLetterHeaders.REPLAYS);

    private static final int MOST_OF_MESSAGE = 4_096;

    private Letters() {}

    /** The headers under which a record that failed is set aside at this time; the record's own come first. */
    public static List<Header> headers(
            LogRecord record, ErrorKind kind, Throwable error, int attempts, long nowMillis) {
        List<Header> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            if (!OURS.contains(header.name()) || header.name().equals(DeadLetterHeaders.REPLAYS)) {
                headers.add(header);
            }
        }
        TopicPartition source = record.topicPartition();
        headers.add(Header.ofUtf8(DeadLetterHeaders.TOPIC, source.topic()));
        headers.add(Header.ofUtf8(DeadLetterHeaders.PARTITION, Integer.toString(source.partition())));
        headers.add(Header.ofUtf8(DeadLetterHeaders.OFFSET, Long.toString(record.offset())));
        headers.add(Header.ofUtf8(DeadLetterHeaders.TIMESTAMP, Long.toString(record.timestamp())));
        headers.add(Header.ofUtf8(DeadLetterHeaders.ERROR_KIND, kind.text()));
        headers.add(
                Header.ofUtf8(DeadLetterHeaders.ERROR_CLASS, error.getClass().getName()));
        headers.add(Header.ofUtf8(
                DeadLetterHeaders.ERROR_MESSAGE,
                cut(error.getMessage() == null ? "" : error.getMessage(), MOST_OF_MESSAGE)));
        headers.add(Header.ofUtf8(DeadLetterHeaders.ERROR_STACK, stack(error)));
        headers.add(Header.ofUtf8(DeadLetterHeaders.ERROR_TIMESTAMP, Long.toString(nowMillis)));
        headers.add(Header.ofUtf8(DeadLetterHeaders.ATTEMPTS, Integer.toString(attempts)));
        return headers;
    }

    /** A message that quotes what it could not read is as long as that. */
    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end) + "… (" + (text.length() - end) + " characters more)";
    }

    /** Whether a record is a dead letter: every one says what went wrong. */
    public static boolean isOne(LogRecord record) {
        return record.headers().stream().anyMatch(header -> header.name().equals(DeadLetterHeaders.ERROR_MESSAGE));
    }

    /** Reads a dead letter; what its headers do not say is empty, so that any record can be looked at. */
    public static DeadLetter read(LogRecord record) {
        Map<String, String> said = new HashMap<>();
        List<Header> own = new ArrayList<>();
        for (Header header : record.headers()) {
            BytesView value = header.value();
            if (!OURS.contains(header.name())) {
                own.add(header);
            } else if (value != null) {
                said.put(header.name(), value.toUtf8());
            }
        }
        return new DeadLetter(
                new LetterId(record.topicPartition().partition(), record.offset()),
                number(said, DeadLetterHeaders.TIMESTAMP, record.timestamp()),
                origin(said),
                new Failure(
                        kind(said.get(DeadLetterHeaders.ERROR_KIND)),
                        said.getOrDefault(DeadLetterHeaders.ERROR_CLASS, ""),
                        said.getOrDefault(DeadLetterHeaders.ERROR_MESSAGE, ""),
                        said.getOrDefault(DeadLetterHeaders.ERROR_STACK, ""),
                        count(said, DeadLetterHeaders.ATTEMPTS, 1),
                        number(said, DeadLetterHeaders.ERROR_TIMESTAMP, record.timestamp())),
                count(said, DeadLetterHeaders.REPLAYS, 0),
                own,
                record.key(),
                record.value());
    }

    /** The headers that a letter's record goes back with: its own, and how often it has gone back. */
    static List<Header> headersOfReplay(DeadLetter letter) {
        List<Header> headers = new ArrayList<>(letter.headers());
        headers.add(Header.ofUtf8(DeadLetterHeaders.REPLAYS, Integer.toString(letter.replays() + 1)));
        return headers;
    }

    private static Optional<Origin> origin(Map<String, String> said) {
        String topic = said.get(DeadLetterHeaders.TOPIC);
        int partition = count(said, DeadLetterHeaders.PARTITION, -1);
        return topic == null || partition < 0
                ? Optional.empty()
                : Optional.of(new Origin(topic, partition, number(said, DeadLetterHeaders.OFFSET, -1)));
    }

    private static Optional<ErrorKind> kind(@Nullable String text) {
        return Arrays.stream(ErrorKind.values())
                .filter(kind -> kind.text().equals(text))
                .findFirst();
    }

    private static int count(Map<String, String> said, String name, int otherwise) {
        return (int) Math.min(Integer.MAX_VALUE, number(said, name, otherwise));
    }

    /** Whoever can write to the topic can write what is no number: it counts as not said. */
    private static long number(Map<String, String> said, String name, long otherwise) {
        String text = said.get(name);
        if (text == null || !text.matches("[0-9]{1,18}")) {
            return otherwise;
        }
        return Long.parseLong(text);
    }

    private static String stack(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text.getBuffer().length() <= STACK_CHARACTERS
                ? text.toString()
                : text.getBuffer().substring(0, STACK_CHARACTERS);
    }
}
