package io.millrace.platform.sim;

import java.util.TreeMap;

/** A directory: its entries as the process sees them, and as they are on the device. Guarded by its storage. */
final class Directory implements Node {
    final TreeMap<String, Node> live = new TreeMap<>();
    final TreeMap<String, Node> durable = new TreeMap<>();
}
