package io.towpath.net.control;

/// What the first line of an answer says.
///
/// @param version of the lines that follow; 1
/// @param name the host's name
/// @param addresses its addresses with prefix lengths, separated by spaces
/// @param process number of the process that runs it
public record HostRow(long version, String name, String addresses, long process) {}
