package io.millrace.platform;

import java.util.List;

/**
 * The paths that a {@link Storage} accepts: names of Kafka's alphabet ({@code [a-zA-Z0-9._-]}, up to 255 characters, neither {@code .} nor
 * {@code ..}) with {@code /} between them; the empty path is the root. So no path can leave the root, name a device or hide a separator.
 */
public final class StoragePath {
    private static final int LONGEST_NAME = 255;

    private StoragePath() {}

    /**
     * The names along the path, none for the root.
     *
     * @throws StorageException with kind BAD_PATH
     */
    public static List<String> names(String path) {
        if (path.isEmpty()) {
            return List.of();
        }
        List<String> names = List.of(path.split("/", -1));
        for (String name : names) {
            if (!isName(name)) {
                throw new StorageException(
                        StorageException.Kind.BAD_PATH,
                        "Not a path of this storage: \"" + path + "\". A name has letters, digits, '.', '_' and '-'.");
            }
        }
        return names;
    }

    /** True if {@code name} may stand in a path. */
    public static boolean isName(String name) {
        if (name.isEmpty() || name.length() > LONGEST_NAME || name.equals(".") || name.equals("..")) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean allowed = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '.'
                    || c == '_'
                    || c == '-';
            if (!allowed) {
                return false;
            }
        }
        return true;
    }
}
