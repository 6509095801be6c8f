package io.towpath.drill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/// A script in the packetdrill language. Immutable; may be run again and again, each time with a new host,
/// always with the same result.
public final class DrillScript {
    private final String name;
    private final String text;

    private DrillScript(String name, String text) {
        this.name = name;
        this.text = text;
    }

    /// A script from its text.
    ///
    /// @param name what results call it
    /// @param text in the language of the scripts
    public static DrillScript of(String name, String text) {
        return new DrillScript(name, text);
    }

    /// A script from a file in UTF-8; octets that are no UTF-8 do no harm in comments.
    ///
    /// @throws IOException when it cannot be read
    public static DrillScript read(Path file) throws IOException {
        return new DrillScript(file.toString(), new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    }

    /// What results call it.
    public String name() {
        return name;
    }

    /// Runs it in virtual time, on the calling thread.
    ///
    /// @param profile how the host behaves, unless the script's own set-up says for which system it was written
    public DrillResult run(DrillProfile profile) {
        return run(profile, step -> {});
    }

    /// Runs it in virtual time, on the calling thread, and tells what happens.
    ///
    /// @param profile how the host behaves, unless the script's own set-up says for which system it was written
    /// @param trace gets one line for each step that was taken, with its time in seconds
    public DrillResult run(DrillProfile profile, Consumer<String> trace) {
        try {
            Script script = ScriptParser.parse(text);
            new Drill(script, SetUp.profile(script.steps(), profile), trace).run();
            return new DrillResult.Passed(name);
        } catch (NotUnderstood e) {
            return new DrillResult.Skipped(name, e.line(), e.what());
        } catch (Mismatch e) {
            return e.result(name);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
