package io.millrace.platform.sim;

/** What a directory's entry leads to. */
sealed interface Node permits Directory, FileImage {}
