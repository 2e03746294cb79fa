package io.millrace.state.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device without room, made of memory in a name space of its own: where a user may not make one, only simulation tells of full devices. */
class RocksFullDeviceTest {
    private static final String MAKE_DEVICE = "mount -t tmpfs -o size=20m tmpfs \"$0\"";

    @TempDir
    private Path parent;

    @Test
    void whatIsCommittedOutlivesAFullDeviceAndGoesOnWhenThereIsRoom() throws IOException, InterruptedException {
        Path device = Files.createDirectory(parent.resolve("device"));
        assumeThat(run(MAKE_DEVICE, device)).as("no device can be made here").endsWith("exit 0");
        // Room for a flush and a compaction is what the ballast takes.
        String fill = MAKE_DEVICE + " && head -c 8M /dev/zero > \"$0/" + FullDevice.BALLAST + "\" && exec \"$@\"";

        String told = run(
                fill,
                device,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                FullDevice.class.getName(),
                device.toString());

        assertThat(told).contains("whole at").endsWith("exit 0");
    }

    /** @return what it said, and its exit code */
    private String run(String script, Path device, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script));
        command.add(device.toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Beside the device, which has no room for it.
        builder.environment().put("ROCKSDB_SHAREDLIB_DIR", parent.toString());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return "there is no unshare: " + e;
        }
        try {
            String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return told + "exit " + process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }
}
