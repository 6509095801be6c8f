/// Benchmarks of single parts ([ChecksumBenchmark], [HeaderBenchmark]) and of two stacks that one thread drives over a
/// wire in memory ([BulkBenchmark], [DatagramBenchmark]). What users of sockets get is measured by `towpath bench`.
@NullMarked
package io.towpath.bench;

import org.jspecify.annotations.NullMarked;
