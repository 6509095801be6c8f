/// The JDK's channels for SCTP, `com.sun.nio.sctp`, on a Towpath host. An optional drawer: nothing outside it
/// needs the module `jdk.sctp`, and nothing here needs the operating system to know SCTP. Users open the
/// channels by [io.towpath.net.sctp.SctpChannels].
///
/// Start with [io.towpath.net.sctp.channel.AssociationChannel]; [io.towpath.net.sctp.channel.Receiving] is what
/// it shares with [io.towpath.net.sctp.channel.EndpointChannel].
@NullMarked
package io.towpath.net.sctp.channel;

import org.jspecify.annotations.NullMarked;
