package io.millrace.kafka.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The main class of a broker's process. Not for programs: {@link LocalCluster} starts it, with Kafka's server on the class path, which this module does
 * not know; so Kafka is called by names.
 */
public final class BrokerMain {
    private BrokerMain() {}

    /**
     * @param args the file with the broker's properties; its directory of data; the cluster's id; {@code attached} to end when the standard input
     *     does, which is when the process that holds its other end does
     */
    public static void main(String[] args) throws ReflectiveOperationException {
        if (args.length == 4 && args[3].equals("attached")) {
            Thread watch = new Thread(() -> endWith(System.in), "millrace-broker-watch");
            watch.setDaemon(true);
            watch.start();
        }
        if (!Files.exists(Path.of(args[1], "meta.properties"))) {
            format(args[0], args[2]);
        }
        call("kafka.Kafka", "main", new Class<?>[] {String[].class}, (Object) new String[] {args[0]});
    }

    private static void endWith(InputStream input) {
        try {
            while (input.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            // The other end is gone, which is the same.
            Thread.onSpinWait();
        }
        Runtime.getRuntime().halt(0);
    }

    private static void format(String properties, String clusterId) throws ReflectiveOperationException {
        String[] arguments = {"format", "--cluster-id", clusterId, "--config", properties};
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Class<?>[] types = {String[].class, PrintStream.class};
        Object status = call("kafka.tools.StorageTool", "execute", types, arguments, nowhere);
        if (!Integer.valueOf(0).equals(status)) {
            throw new IllegalStateException("The directory of the broker could not be formatted: status " + status);
        }
    }

    private static Object call(String type, String method, Class<?>[] types, Object... arguments)
            throws ReflectiveOperationException {
        try {
            return Class.forName(type).getMethod(method, types).invoke(null, arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(type + " failed", e.getCause());
        }
    }
}
