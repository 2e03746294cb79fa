package io.millrace.proof.bytes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs Kafka's {@code DumpLogSegments} on a log's files, in a process of its own because it ends the JVM when it dislikes something.
 */
final class KafkaDump {
    private static final String TOOL = "org.apache.kafka.tools.DumpLogSegments";

    /** What the tool prints, with exit status 0, when a file is not as Kafka would have written it. */
    private static final Pattern COMPLAINT = Pattern.compile(
            "(?i)mismatch|non-consecutive|corrupt|exception|error|out.of.order|not valid|invalid|isvalid: false|sanity|"
                    + "unexpected|missing|failed");

    private KafkaDump() {}

    /** Every file of the log that the tool has a reader for. */
    static List<Path> readableFiles(Path logDirectory) throws IOException {
        try (Stream<Path> files = Files.walk(logDirectory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file ->
                            file.getFileName().toString().matches("\\d{20}\\.(log|index|timeindex|txnindex|snapshot)"))
                    .sorted()
                    .toList();
        }
    }

    /** The tool's whole output. Fails if its exit status is not 0. */
    static List<String> dump(List<Path> files, String... options) throws IOException, InterruptedException {
        Run run = run(files, options);
        if (run.status() != 0) {
            throw new AssertionError(
                    TOOL + " ended with status " + run.status() + ":\n" + String.join("\n", tail(run.output())));
        }
        return run.output();
    }

    /** Whether the tool finds fault: by what it prints, or by giving up, as it does where a length is damaged. */
    static boolean findsFault(Path file) throws IOException, InterruptedException {
        Run run = run(List.of(file), "--deep-iteration");
        return run.status() != 0 || !complaints(run.output()).isEmpty();
    }

    private record Run(int status, List<String> output) {}

    private static Run run(List<Path> files, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                TOOL));
        command.addAll(List.of(options));
        command.add("--files");
        command.add(files.stream().map(Path::toString).collect(Collectors.joining(",")));
        Path output = Files.createTempFile("dump", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            int status = process.waitFor();
            return new Run(status, Files.readAllLines(output, StandardCharsets.UTF_8));
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** The lines in which the tool found fault. */
    static List<String> complaints(List<String> output) {
        return output.stream()
                .filter(line -> !line.startsWith("Dumping ") && !line.startsWith("Log starting offset"))
                .filter(line -> COMPLAINT.matcher(line).find())
                .toList();
    }

    private static List<String> tail(List<String> lines) {
        return lines.subList(Math.max(0, lines.size() - 40), lines.size());
    }
}
