/// Tests of what lies between SCTP sockets and their shard.
package io.towpath.net.sctp.port;
