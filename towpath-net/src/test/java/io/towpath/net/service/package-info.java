/// Tests of the small services.
@NullMarked
package io.towpath.net.service;

import org.jspecify.annotations.NullMarked;
