@NullMarked
package io.millrace.cli.command;

import org.jspecify.annotations.NullMarked;
