@NullMarked
package io.millrace.cli.groups;

import org.jspecify.annotations.NullMarked;
