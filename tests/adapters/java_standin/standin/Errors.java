package standin;

import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import standin.Json.JsonNullable;
import standin.Json.JsonProperty;

/** The stand-in's errors, in the public shapes of the SDKs' own. */
public final class Errors {
    private Errors() {}

    /** A response that has a status and nothing else. */
    @SuppressWarnings("unchecked")
    static HttpResponse<InputStream> response(int status) {
        return (HttpResponse<InputStream>) Proxy.newProxyInstance(Errors.class.getClassLoader(),
                new Class<?>[] {HttpResponse.class}, (proxy, method, given) -> method.getName().equals("statusCode") ? status : null);
    }

    /** An answer that the client could not use; its message is not the exception's. */
    public static final class SDKError extends Exception {
        private static final long serialVersionUID = 1;
        private final transient HttpResponse<InputStream> rawResponse;
        private final int code;
        private final String message;
        private final byte[] body;

        SDKError(int code, String message, String body) {
            this.rawResponse = response(code);
            this.code = code;
            this.message = message;
            this.body = body.getBytes(StandardCharsets.UTF_8);
        }

        public HttpResponse<InputStream> rawResponse() {
            return rawResponse;
        }

        public int code() {
            return code;
        }

        public String message() {
            return message;
        }

        public byte[] body() {
            return body;
        }
    }

    /** A part of the decoded body that may be null. */
    public static final class ErrorValidation {
        @JsonProperty("errors") Optional<String> errors = Optional.empty();

        public Optional<String> errors() {
            return errors;
        }
    }

    /** A decoded failure: the fields of the body, and no way to the response. */
    public static class ErrorMessage extends RuntimeException {
        private static final long serialVersionUID = 1;
        @JsonProperty("correlationId") private final transient Optional<String> correlationId;
        @JsonProperty("error") private final transient Optional<String> error;
        @JsonProperty("statusCode") private final transient Optional<Long> statusCode;
        @JsonProperty("validation") private final transient JsonNullable<? extends ErrorValidation> validation;

        ErrorMessage(String correlationId, String error, Long statusCode) {
            this(correlationId, error, statusCode, JsonNullable.undefined());
        }

        ErrorMessage(String correlationId, String error, Long statusCode, JsonNullable<? extends ErrorValidation> validation) {
            this.correlationId = Optional.ofNullable(correlationId);
            this.error = Optional.ofNullable(error);
            this.statusCode = Optional.ofNullable(statusCode);
            this.validation = validation;
        }

        public Optional<String> correlationId() {
            return correlationId;
        }

        public Optional<String> error() {
            return error;
        }

        public Optional<Long> statusCode() {
            return statusCode;
        }

        public JsonNullable<? extends ErrorValidation> validation() {
            return validation;
        }
    }

    /** A decoded failure that leads to the response too. */
    public static final class Answered extends RuntimeException {
        private static final long serialVersionUID = 1;
        @JsonProperty("error") private final transient Optional<String> error = Optional.of("no such customer");
        @JsonProperty("statusCode") private final transient Optional<Long> statusCode = Optional.of(404L);
        private final transient Optional<HttpResponse<InputStream>> rawResponse;

        Answered(int status) {
            rawResponse = Optional.of(response(status));
        }

        public Optional<String> error() {
            return error;
        }

        public Optional<Long> statusCode() {
            return statusCode;
        }

        public Optional<HttpResponse<InputStream>> rawResponse() {
            return rawResponse;
        }
    }

    /** A failure to authenticate, which may have a status. */
    public static final class AuthException extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Optional<Integer> statusCode;

        AuthException(int statusCode, String message) {
            super(message);
            this.statusCode = Optional.of(statusCode);
        }

        public Optional<Integer> statusCode() {
            return statusCode;
        }
    }
}
