/// Looking into a running host from another process: a socket in the file system that only its owner may use.
///
/// [ControlServer] answers each connection with a few lines of JSON and closes it; [ControlClient] reads them. The
/// first line is a [HostRow], each following one a [io.towpath.net.SocketRow].
@NullMarked
package io.towpath.net.control;

import org.jspecify.annotations.NullMarked;
