package io.millrace.cli.command.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** JSON, checked and compacted token by token: numbers keep their digits, objects their order. Stateless. */
public final class JsonText {
    public static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .rootValueSeparator((String) null)
            // A character is written as it is, whichever plane it is of.
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    private JsonText() {}

    /** Appends the text without the space between its parts. @throws BadTextException if it is not one value of JSON */
    static void compact(BytesView text, BytesWriter out) {
        try {
            compact(text, new BytesStream(out));
        } catch (IOException e) {
            throw new UncheckedIOException("JSON could not be written to memory", e);
        }
    }

    /** The same to a stream, part by part. */
    static void compact(BytesView text, OutputStream out) throws IOException {
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            copy(text, generator);
        }
    }

    /** The same as a value within other JSON. */
    static void copy(BytesView text, JsonGenerator generator) throws IOException {
        try (JsonParser parser = FACTORY.createParser(text.array(), text.arrayOffset(), text.length())) {
            int depth = 0;
            do {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    throw JsonFault.of(text, "it is empty");
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                copy(parser, generator, token);
            } while (depth > 0);
            if (parser.nextToken() != null) {
                throw JsonFault.of(text, "it is more than one value");
            }
        } catch (JsonProcessingException e) {
            BadTextException fault = JsonFault.of(text, "it is longer or deeper than is read here");
            fault.addSuppressed(e);
            throw fault;
        } catch (CharConversionException e) {
            BadTextException fault = JsonFault.of(text, "it is not UTF-8");
            fault.addSuppressed(e);
            throw fault;
        }
    }

    private static void copy(JsonParser parser, JsonGenerator generator, JsonToken token) throws IOException {
        if (token.isNumeric()) {
            generator.writeNumber(parser.getText());
        } else {
            generator.copyCurrentEvent(parser);
        }
    }
}
