package io.millrace.examples;

import picocli.CommandLine.IVersionProvider;

/** The version that the build put into the jar's manifest, and the JVM that runs it. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String built = Version.class.getPackage().getImplementationVersion();
        return new String[] {
            "millrace " + (built == null ? "(run from its source tree)" : built),
            "Java " + Runtime.version() + ", " + System.getProperty("java.vm.name", "unknown virtual machine")
        };
    }
}
