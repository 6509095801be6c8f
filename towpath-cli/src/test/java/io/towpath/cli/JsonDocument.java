package io.towpath.cli;

import io.avaje.json.mapper.JsonMapper;
import java.util.Map;

/// Reads what commands print with `--json`, by a parser that is not the writer's.
final class JsonDocument {
    private JsonDocument() {}

    static Map<String, Object> read(String text) {
        return JsonMapper.builder().build().fromJsonObject(text);
    }
}
