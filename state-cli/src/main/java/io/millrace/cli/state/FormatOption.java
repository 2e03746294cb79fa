package io.millrace.cli.state;

import io.millrace.cli.command.UnusableException;
import io.millrace.cli.command.UsageException;
import io.millrace.cli.command.format.FieldFormat;
import io.millrace.state.StoreManifest;
import io.millrace.state.time.StoredEntryReader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Mixin of commands that show entries: how keys and values are written. */
final class FormatOption {
    private static final String UNKNOWN = "nothing";

    @Option(
            names = "--key-format",
            paramLabel = "FORMAT",
            converter = FieldFormat.Converter.class,
            description =
                    "How keys are typed and shown: string, int64, hex or json (default: as the store's serde says if it is one of these, and"
                            + " else hex).")
    private @Nullable FieldFormat keyFormat;

    @Option(
            names = "--value-format",
            paramLabel = "FORMAT",
            converter = FieldFormat.Converter.class,
            description = "How values are shown.")
    private @Nullable FieldFormat valueFormat;

    @Option(
            names = "--raw",
            description =
                    "The entries as they lie in RocksDB, with those that the store keeps for itself: keys and values in hex.")
    private boolean isRaw;

    /** @throws UsageException if what was given contradicts itself */
    void check() {
        if (isRaw && (keyFormat != null || valueFormat != null)) {
            throw new UsageException("--raw excludes " + (keyFormat != null ? "--key-format" : "--value-format")
                    + ": with it, keys and values are in hex.");
        }
    }

    boolean isRaw() {
        return isRaw;
    }

    FieldText keys(StoreManifest manifest) {
        return text(keyFormat, manifest.properties().getOrDefault("key", UNKNOWN));
    }

    FieldText values(StoreManifest manifest) {
        return text(valueFormat, manifest.properties().getOrDefault("value", UNKNOWN));
    }

    private FieldText text(@Nullable FieldFormat chosen, String serde) {
        if (isRaw) {
            return FieldText.RAW;
        }
        FieldText known = FieldText.of(serde);
        return chosen == null || chosen == known.format() ? known : new FieldText(chosen, false);
    }

    /** What reads the entries of a store. @throws UnusableException if this version cannot */
    StoredEntryReader reader(String store, StoreManifest manifest) {
        return StoredEntryReader.of(manifest)
                .orElseThrow(() -> new UnusableException(
                        manifest.kind().isEmpty()
                                ? "Nothing says what store " + store
                                        + " holds: its owner died before. With --raw its bytes are shown."
                                : "Store " + store + " holds " + manifest.kind() + " in format " + manifest.format()
                                        + ", which this version does not know. Use the version that wrote it, or a newer one;"
                                        + " with --raw its bytes are shown."));
    }
}
