package io.towpath.drill;

import io.towpath.drill.script.Mismatch;
import io.towpath.drill.script.NotUnderstood;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A script in the packetdrill language. Immutable; may be run again and again, each time with a new host,
/// always with the same result.
public final class DrillScript {
    private final String name;
    private final String text;
    private final Map<String, String> defines;

    private DrillScript(String name, String text, Map<String, String> defines) {
        this.name = name;
        this.text = text;
        this.defines = defines;
    }

    /// A script from its text.
    ///
    /// @param name what results call it
    /// @param text in the language of the scripts
    public static DrillScript of(String name, String text) {
        return new DrillScript(name, text, Map.of());
    }

    /// A script from a file in UTF-8; octets that are no UTF-8 do no harm in comments.
    ///
    /// @throws IOException when it cannot be read
    public static DrillScript read(Path file) throws IOException {
        return new DrillScript(file.toString(), new String(Files.readAllBytes(file), StandardCharsets.UTF_8), Map.of());
    }

    /// The same script with words that stand for others, as `-D NAME=VALUE` gives them.
    public DrillScript defining(Map<String, String> words) {
        return new DrillScript(name, text, new TreeMap<>(words));
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
            DrillProfile chosen = SetUp.profile(parse(profile).steps(), profile);
            new Drill(parse(chosen), chosen, trace).run();
            return new DrillResult.Passed(name);
        } catch (NotUnderstood e) {
            return new DrillResult.Skipped(name, e.line(), e.what());
        } catch (IllegalArgumentException | IllegalStateException | NoSuchElementException e) {
            // One script must not end a run of many: what the host throws is its failure.
            return new DrillResult.Failed(name, 1, "the host threw", "no exception", e.toString());
        } catch (Mismatch e) {
            return new DrillResult.Failed(name, e.line(), e.what(), e.expected(), e.actual());
        }
    }

    private Script parse(DrillProfile profile) {
        return ScriptParser.parse(text, profile.system(text), defines);
    }

    @Override
    public String toString() {
        return name;
    }
}
