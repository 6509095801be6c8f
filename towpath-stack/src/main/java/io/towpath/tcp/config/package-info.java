/// Settings of TCP by theme: small immutable records, reached through [io.towpath.tcp.TcpConfig]. Each has
/// defaults that follow the RFCs' recommendations of today.
@NullMarked
package io.towpath.tcp.config;

import org.jspecify.annotations.NullMarked;
