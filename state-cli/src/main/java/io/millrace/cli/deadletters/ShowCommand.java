package io.millrace.cli.deadletters;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.HumanTime;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.UnusableException;
import io.millrace.cli.command.format.BadTextException;
import io.millrace.cli.command.format.FieldFormat;
import io.millrace.dsl.deadletter.DeadLetter;
import io.millrace.dsl.deadletter.DeadLetter.Origin;
import io.millrace.dsl.deadletter.DeadLetterFilter;
import io.millrace.dsl.deadletter.DeadLetterTopic;
import io.millrace.dsl.deadletter.Decision;
import io.millrace.dsl.deadletter.LetterId;
import io.millrace.log.EventLog;
import io.millrace.log.Header;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace dead-letters show}. */
@Command(
        name = "show",
        description =
                "Shows everything that letters say: the record as it was, where it came from, and the error with its stack trace.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace dead-letters show orders.dead-letters 0:12 --data mine",
            "  millrace dead-letters show orders.dead-letters 0:12 1:7 --data mine --value-format hex"
        })
final class ShowCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic of the dead letters.")
    private String topic = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "LETTER",
            converter = FilterOption.LetterConverter.class,
            description = "Which letters, as PARTITION:OFFSET.")
    private List<LetterId> letters = List.of();

    @Option(
            names = "--key-format",
            paramLabel = "FORMAT",
            converter = FieldFormat.Converter.class,
            description = "How the key is written: string (default), int64, hex or json.")
    private FieldFormat keyFormat = FieldFormat.STRING;

    @Option(
            names = "--value-format",
            paramLabel = "FORMAT",
            converter = FieldFormat.Converter.class,
            description = "How the value is written: string (default), int64, hex or json.")
    private FieldFormat valueFormat = FieldFormat.STRING;

    ShowCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Set<LetterId> ids = new LinkedHashSet<>(letters);
        try (EventLog log = OpenLog.forReading(data.existing())) {
            DeadLetterTopic found = Topics.require(log, topic);
            Topics.requireLetters(found, ids);
            Output out = console.output();
            boolean[] isFirst = {true};
            found.forEach(DeadLetterFilter.all().withIds(ids), (letter, decision) -> {
                if (json.isJson()) {
                    out.line(JsonOption.line(line -> write(letter, decision, line)));
                } else {
                    if (!isFirst[0]) {
                        out.line("");
                    }
                    print(letter, decision, out);
                }
                isFirst[0] = false;
                return true;
            });
            out.flush();
            return ExitStatus.DONE;
        }
    }

    private void print(DeadLetter letter, Decision decision, Output out) {
        out.line("letter     " + letter.id() + ", " + decision.name().toLowerCase(Locale.ROOT));
        out.line("source     " + letter.origin().map(Origin::toString).orElse("no topic"));
        out.line("timestamp  " + HumanTime.show(letter.timestamp()));
        String kind = Summaries.kind(letter.failure());
        out.line("failed     " + HumanTime.show(letter.failure().timestamp())
                + (kind.isEmpty() ? "" : ", kind: " + kind) + ", attempts: "
                + letter.failure().attempts() + ", replays before: " + letter.replays());
        for (Header header : letter.headers()) {
            out.line("header     " + header.name() + ": " + text(header.value(), FieldFormat.STRING, "header"));
        }
        out.line("key        " + text(letter.key(), keyFormat, "key"));
        out.line("value      " + text(letter.value(), valueFormat, "value"));
        out.line("error      " + Summaries.whole(letter.failure()));
        letter.failure().stack().lines().skip(1).forEach(frame -> out.line("           " + frame.replace("\t", "  ")));
    }

    private static String text(@Nullable BytesView bytes, FieldFormat format, String what) {
        if (bytes == null) {
            return "none";
        }
        BytesWriter text = new BytesWriter(bytes.length() + 16);
        try {
            format.print(bytes, text);
        } catch (BadTextException e) {
            throw new UnusableException(
                    "The " + what + " " + e.getMessage() + ": choose another format, such as --" + what
                            + "-format hex.",
                    e);
        }
        return text.viewInto(new BytesView()).toUtf8();
    }

    private void write(DeadLetter letter, Decision decision, JsonGenerator line) throws IOException {
        line.writeStartObject();
        line.writeStringField("letter", letter.id().toString());
        line.writeStringField("decision", decision.name().toLowerCase(Locale.ROOT));
        if (letter.origin().isPresent()) {
            Origin origin = letter.origin().get();
            line.writeStringField("sourceTopic", origin.topic());
            line.writeNumberField("sourcePartition", origin.partition());
            line.writeNumberField("sourceOffset", origin.offset());
        }
        line.writeNumberField("timestamp", letter.timestamp());
        line.writeNumberField("failed", letter.failure().timestamp());
        line.writeNumberField("attempts", letter.failure().attempts());
        line.writeNumberField("replays", letter.replays());
        if (letter.failure().kind().isPresent()) {
            line.writeStringField("errorKind", Summaries.kind(letter.failure()));
        }
        line.writeStringField("errorClass", letter.failure().errorClass());
        line.writeStringField("errorMessage", letter.failure().message());
        line.writeStringField("stack", letter.failure().stack());
        line.writeArrayFieldStart("headers");
        for (Header header : letter.headers()) {
            line.writeStartObject();
            line.writeStringField("name", header.name());
            field("value", header.value(), FieldFormat.STRING, line);
            line.writeEndObject();
        }
        line.writeEndArray();
        field("key", letter.key(), keyFormat, line);
        field("value", letter.value(), valueFormat, line);
        line.writeEndObject();
    }

    private static void field(String name, @Nullable BytesView bytes, FieldFormat format, JsonGenerator line)
            throws IOException {
        line.writeFieldName(name);
        if (bytes == null) {
            line.writeNull();
            return;
        }
        try {
            format.printJson(bytes, line);
        } catch (BadTextException e) {
            throw new UnusableException(
                    "The " + name + " " + e.getMessage() + ": choose another format, such as --" + name
                            + "-format hex.",
                    e);
        }
    }
}
