@NullMarked
package io.millrace.cli.command.format;

import org.jspecify.annotations.NullMarked;
