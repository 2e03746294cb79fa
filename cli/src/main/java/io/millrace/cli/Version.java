package io.millrace.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote down, and the JVM that runs it. */
final class Version implements IVersionProvider {
    private static final String RESOURCE = "version.properties";

    @Override
    public String[] getVersion() throws IOException {
        Properties built = new Properties();
        try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
            if (in != null) {
                built.load(in);
            }
        }
        return new String[] {
            "millrace " + built.getProperty("version", "(built without " + RESOURCE + ")"),
            "Java " + Runtime.version() + ", " + System.getProperty("java.vm.name", "unknown virtual machine")
        };
    }
}
