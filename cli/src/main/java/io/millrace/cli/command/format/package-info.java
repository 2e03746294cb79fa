/**
 * How the bytes of keys and values are written as text, and text as bytes.
 *
 * <p>Called by the families of commands that show or read them, also those of other modules. May depend on {@code io.millrace.serde} alone.
 *
 * <ul>
 *   <li>B1: what is printed in a format is parsed in it as the same bytes; but JSON, which loses the space between its parts.
 * </ul>
 */
@NullMarked
package io.millrace.cli.command.format;

import org.jspecify.annotations.NullMarked;
