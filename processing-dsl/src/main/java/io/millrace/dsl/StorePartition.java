package io.millrace.dsl;

import java.util.Optional;

/**
 * One partition of a store, and who has it.
 *
 * @param isHere whether the instance that was asked answers of it: it has the partition, and has restored it
 * @param instance the name of the instance that the group says has it, as {@link Application#instance()} says it, empty text for the one without a name; empty if
 *     nobody has it now. Of a global table, which every instance has all of, the one that was asked
 */
public record StorePartition(String store, int partition, boolean isHere, Optional<String> instance) {}
