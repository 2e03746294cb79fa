package io.millrace.cli.topics;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.log.EventLog;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace topics describe}. */
@Command(
        name = "describe",
        description =
                "Describes topics: their settings, and of each partition its first offset, the one past its last, the last"
                        + " stable offset (where readers of committed records stop) and the size of its segments. Works while another"
                        + " process has the log open.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace topics describe orders --data bank",
            "  millrace topics describe --data bank --json | jq .partitions[].end"
        })
final class DescribeCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Parameters(
            paramLabel = "TOPIC",
            arity = "0..*",
            description = "Which topics; all but internal ones if none is named.")
    private List<String> names = List.of();

    DescribeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        List<TopicReport> reports = new ArrayList<>();
        Path directory = data.existing();
        try (EventLog log = OpenLog.forReading(directory)) {
            for (TopicDescription topic : chosen(log.admin())) {
                reports.add(TopicReport.of(topic, log, directory));
            }
        }
        Output out = console.output();
        boolean isFirst = true;
        for (TopicReport report : reports) {
            if (json.isJson()) {
                out.line(JsonOption.line(line -> write(report, line)));
            } else {
                if (!isFirst) {
                    out.line("");
                }
                print(report, out);
            }
            isFirst = false;
        }
        out.flush();
        return TopicReport.sayFaults(reports, console);
    }

    private List<TopicDescription> chosen(LogAdmin admin) {
        return names.isEmpty()
                ? admin.topics().stream().filter(topic -> !topic.internal()).toList()
                : names.stream().map(name -> TopicReport.require(name, admin)).toList();
    }

    private static void print(TopicReport report, Output out) {
        TopicDescription topic = report.topic();
        out.line(topic.name() + "  id " + topic.id() + (topic.internal() ? "  internal" : ""));
        SettingsTable.of(topic.settings())
                .forEach((name, value) -> out.line(String.format("  %-18s  %s", name, value)));
        Table table = new Table("PARTITION", "START", "END", "LAST STABLE", "SIZE");
        for (TopicReport.Part part : report.partitions()) {
            Table.Row row = table.row().number(part.partition());
            if (part.fault().isPresent()) {
                row.missing().missing().missing();
            } else {
                row.number(part.start()).number(part.end()).number(part.lastStable());
            }
            row.bytes(part.bytes());
        }
        table.print(out);
    }

    private static void write(TopicReport report, JsonGenerator json) throws IOException {
        TopicDescription topic = report.topic();
        json.writeStartObject();
        json.writeStringField("topic", topic.name());
        json.writeStringField("id", topic.id());
        json.writeBooleanField("internal", topic.internal());
        json.writeObjectFieldStart("settings");
        write(topic.settings(), json);
        json.writeEndObject();
        json.writeArrayFieldStart("partitions");
        for (TopicReport.Part part : report.partitions()) {
            json.writeStartObject();
            json.writeNumberField("partition", part.partition());
            boolean isKnown = part.fault().isEmpty();
            write("start", isKnown ? part.start() : -1, json);
            write("end", isKnown ? part.end() : -1, json);
            write("lastStable", isKnown ? part.lastStable() : -1, json);
            json.writeNumberField("size", part.bytes());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(TopicSettings settings, JsonGenerator json) throws IOException {
        json.writeStringField("cleanup", SettingsOptions.optionName(settings.cleanup()));
        write("retention", settings.retention().map(Duration::toMillis).orElse(-1L), json);
        write("retentionBytes", settings.retentionBytes().orElse(-1L), json);
        json.writeNumberField("segmentBytes", settings.segmentBytes());
        json.writeNumberField("segmentAge", settings.segmentAge().toMillis());
        json.writeNumberField("maxRecordBytes", settings.maxRecordBytes());
        json.writeStringField("timestampType", SettingsOptions.optionName(settings.timestampType()));
        json.writeStringField(
                "compression", SettingsOptions.optionName(settings.compression().codec()));
        json.writeNumberField("compressionLevel", settings.compression().level());
        json.writeNumberField("minCompactionLag", settings.compaction().minLag().toMillis());
        write(
                "maxCompactionLag",
                settings.compaction().maxLag().map(Duration::toMillis).orElse(-1L),
                json);
        json.writeNumberField(
                "deleteRetention", settings.compaction().deleteRetention().toMillis());
        json.writeNumberField("minDirtyRatio", settings.compaction().minDirtyRatio());
    }

    /** What is negative is null: there is no such bound, or it is not known. */
    private static void write(String name, long value, JsonGenerator json) throws IOException {
        if (value < 0) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, value);
        }
    }
}
