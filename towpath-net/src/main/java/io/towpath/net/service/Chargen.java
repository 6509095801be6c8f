package io.towpath.net.service;

import io.towpath.net.TcpStream;
import java.io.IOException;
import java.util.Arrays;

/// RFC 864: sends lines of 72 printing characters, each line beginning one character later, until the client closes.
///
/// TCP only. *Deviation*: the RFC's UDP service would answer one byte with hundreds, to whoever the source address
/// says: an amplifier for attacks.
///
/// @param port TCP port, by custom 19
public record Chargen(int port) implements Service {
    private static final int FIRST = ' ';
    private static final int CHARACTERS = 95;
    private static final int LINE = 72;
    private static final byte[] PATTERN = pattern();

    /// Different lines.
    static final int LINES = CHARACTERS;

    /// Line 0 to 94, with its end.
    static byte[] line(int number) {
        return Arrays.copyOfRange(PATTERN, number * (LINE + 2), (number + 1) * (LINE + 2));
    }

    /// All 95 different lines.
    private static byte[] pattern() {
        byte[] bytes = new byte[CHARACTERS * (LINE + 2)];
        int at = 0;
        for (int line = 0; line < CHARACTERS; line++) {
            for (int column = 0; column < LINE; column++) {
                bytes[at++] = (byte) (FIRST + (line + column) % CHARACTERS);
            }
            bytes[at++] = '\r';
            bytes[at++] = '\n';
        }
        return bytes;
    }

    @Override
    public String name() {
        return "chargen";
    }

    @Override
    public String description() {
        return "tcp/" + port;
    }

    @Override
    public void open(Serving serving) throws IOException {
        serving.tcp(name(), port, Chargen::serve);
    }

    private static void serve(TcpStream stream) throws IOException {
        while (true) {
            stream.write(PATTERN); // ends by an exception, when the client has had enough
        }
    }
}
