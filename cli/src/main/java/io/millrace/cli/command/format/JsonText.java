package io.millrace.cli.command.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON, checked and compacted token by token: numbers keep their digits, objects their order. Stateless. */
public final class JsonText {
    public static final JsonFactory FACTORY =
            new JsonFactoryBuilder().rootValueSeparator((String) null).build();

    private JsonText() {}

    /** Appends the text without the space between its parts. @throws BadTextException if it is not one value of JSON */
    static void compact(BytesView text, BytesWriter out) {
        try (JsonParser parser = FACTORY.createParser(text.array(), text.arrayOffset(), text.length());
                JsonGenerator generator = FACTORY.createGenerator(new BytesStream(out))) {
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
        } catch (IOException e) {
            throw new UncheckedIOException("JSON could not be written to memory", e);
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
