package concordat.adapter;

import concordat.protocol.Server;
import concordat.protocol.Shown;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The adapter of the Speakeasy generation of Java SDKs, by reflection: a client from a builder, operations as
 * `sdk.resource().method().request(req).call()`, results as an envelope of contentType, statusCode, rawResponse and one
 * further accessor with a value. The SDK throws errors.
 */
public final class Adapter implements Server.Adapter {
    private static final Set<String> ENVELOPE_ATTRIBUTES = Set.of("contentType", "statusCode", "rawResponse");

    private final Map<?, ?> config;
    private final Map<?, ?> operations;
    private final Class<?> sdk;
    private Object client;

    private Adapter(Map<String, Object> config) throws ClassNotFoundException {
        this.config = config;
        this.operations = (Map<?, ?>) config.get("operations");
        this.sdk = Class.forName(config.get("module") + "." + config.get("class"));
    }

    public static void main(String[] arguments) throws IOException, ClassNotFoundException {
        Server.serve(new Adapter(Server.config(arguments[0])));
    }

    /** The package comes from Maven's layout, lib/GROUP/.../ARTIFACT/VERSION/FILE.jar, or from the jar's manifest. */
    @Override
    public Map<String, Object> hello() {
        Map<String, Object> hello = new LinkedHashMap<>();
        hello.put("style", config.get("style"));
        List<String> parts = new ArrayList<>();
        try {
            Path.of(sdk.getProtectionDomain().getCodeSource().getLocation().toURI()).forEach(part -> parts.add(part.toString()));
        } catch (URISyntaxException other) {
            throw new IllegalStateException(other);
        }
        int last = parts.size() - 1;
        int lib = parts.lastIndexOf("lib");
        if (lib >= 0 && last - lib > 3) {
            hello.put("package", String.join(".", parts.subList(lib + 1, last - 2)) + ":" + parts.get(last - 2));
            hello.put("version", parts.get(last - 1));
        } else {
            Package own = sdk.getPackage();
            hello.put("package", String.valueOf(own.getImplementationTitle()));
            hello.put("version", String.valueOf(own.getImplementationVersion()));
        }
        hello.put("operations", new ArrayList<>(operations.keySet()));
        hello.put("modes", List.of("sync"));
        hello.put("features", List.of("cancel", "retries"));
        return hello;
    }

    @Override
    public void open(Map<String, Object> message) throws ReflectiveOperationException {
        Object policy = retryPolicy(message.get("retries"));
        client = Shown.theirs("build", () -> {
            Object builder = sdk.getMethod("builder").invoke(null);
            with(builder, "serverURL", String.class, message.get("serverUrl"));
            if (message.get("auth") != null) {
                with(builder, "authHeader", String.class, message.get("auth"));
            }
            if (policy != null) {
                with(builder, "retryConfig", policy.getClass(), policy);
            }
            return invoke(builder, "build");
        }, Adapter::addErrorParts);
    }

    /** Returns the SDK's retry policy; null means the SDK's default. */
    private Object retryPolicy(Object retries) throws ReflectiveOperationException {
        Class<?> policy = Class.forName(config.get("module") + ".utils.RetryConfig");
        if (!(retries instanceof Map)) {
            return "none".equals(retries) ? policy.getMethod("noRetries").invoke(null) : null;
        }
        Map<?, ?> given = (Map<?, ?>) retries;
        Object backoff = Class.forName(config.get("module") + ".utils.BackoffStrategy").getMethod("builder").invoke(null);
        for (String time : List.of("initialInterval", "maxInterval", "maxElapsedTime")) {
            Method method = backoff.getClass().getMethod(time, long.class, TimeUnit.class);
            method.invoke(backoff, ((BigDecimal) given.get(time)).longValue(), TimeUnit.MILLISECONDS);
        }
        with(backoff, "baseFactor", double.class, ((BigDecimal) given.get("exponent")).doubleValue());
        with(backoff, "retryConnectError", boolean.class, given.get("retryConnectionErrors"));
        Object strategy = invoke(backoff, "build");
        Object builder = policy.getMethod("builder").invoke(null);
        with(builder, "backoff", strategy.getClass(), strategy);
        return invoke(builder, "build");
    }

    @Override
    public Map<String, Object> call(String operation, Map<String, Object> arguments) throws ReflectiveOperationException {
        if (client == null) {
            throw new IllegalStateException("call before open");
        }
        Map<?, ?> spec = (Map<?, ?>) operations.get(operation);
        Object call = client;
        for (String name : spec == null ? new String[] {"?"} : ((String) spec.get("call")).split("\\.")) {
            Method method = Values.accessor(call, name);
            if (method == null) {
                throw Shown.unsupported(operation);
            }
            call = method.invoke(call);
        }
        Object builder = call;
        fill(builder, spec, arguments);
        Object response = Shown.theirs("call", () -> invoke(builder, "call"), Adapter::addErrorParts);
        return outcome(response, spec);
    }

    /** Sets the request of a call, an object of the class that its builder accepts. */
    private static void fill(Object builder, Map<?, ?> spec, Map<String, Object> arguments) throws ReflectiveOperationException {
        for (Method method : builder.getClass().getMethods()) {
            Class<?> type = method.getParameterCount() == 1 ? method.getParameterTypes()[0] : Optional.class;
            if (method.getName().equals("request") && type != Optional.class) {
                Object request = "*".equals(spec.get("body")) ? bodyOnly(type, arguments) : request(type, spec, arguments);
                method.setAccessible(true);
                Shown.theirs("build", () -> method.invoke(builder, request), Adapter::addErrorParts);
                return;
            }
        }
        for (String name : arguments.keySet()) {
            throw Shown.unrepresentable(name);
        }
    }

    /** Returns the body as the request itself. */
    private static Object bodyOnly(Class<?> type, Map<String, Object> arguments) throws ReflectiveOperationException {
        for (String name : arguments.keySet()) {
            if (!name.equals("body")) {
                throw Shown.unrepresentable(name);
            }
        }
        return Requests.body(type, arguments.get("body"));
    }

    private static Object request(Class<?> type, Map<?, ?> spec, Map<String, Object> arguments) throws ReflectiveOperationException {
        Object builder = type.getMethod("builder").invoke(null);
        Map<?, ?> bindings = (Map<?, ?>) spec.get("arguments");
        for (Map.Entry<String, Object> given : arguments.entrySet()) {
            String name = given.getKey();
            Object property = name.equals("body") ? spec.get("body") : bindings.containsKey(name) ? bindings.get(name) : name;
            Requests.set(builder, String.valueOf(property), name, given.getValue());
        }
        return Shown.theirs("build", () -> invoke(builder, "build"), Adapter::addErrorParts);
    }

    /** Returns the outcome of an envelope; a returned failure is reported as returned. */
    private static Map<String, Object> outcome(Object response, Map<?, ?> spec) {
        Map<String, Object> outcome = Shown.outcome("call", "returned");
        if (response == null) {
            return outcome;
        }
        if (Values.read(response, "statusCode") instanceof Integer) {
            outcome.put("status", Values.read(response, "statusCode"));
        }
        if (Values.read(response, "contentType") instanceof String) {
            outcome.put("content_type", Values.read(response, "contentType"));
        }
        for (Field field : response.getClass().getDeclaredFields()) {
            boolean further = !Modifier.isStatic(field.getModifiers()) && !ENVELOPE_ATTRIBUTES.contains(field.getName());
            Object held = further ? Values.held(Values.read(response, field.getName())) : Values.ABSENT;
            Object value = Values.render(held);
            if (value == Values.ABSENT || (value == null && spec.get("payload") == null)) {
                continue;
            }
            boolean payload = spec.get("payload") == null || spec.get("payload").equals(field.getName());
            if (payload) {
                outcome.put("payload", value);
            } else {
                Map<String, Object> error = new LinkedHashMap<>();
                error.put("class", held == null ? "null" : held.getClass().getSimpleName());
                error.put("fields", value);
                error.put("status", outcome.get("status"));
                Shown.settle(error);
                outcome.put("error", error);
            }
        }
        return outcome;
    }

    /**
     * Adds the parts of this generation's errors. An SDKError has the status as `code`, the body and a message; an
     * error of a class for one kind of response has the fields of the decoded body, itself or in its `data`. Both may
     * have the response.
     */
    private static void addErrorParts(Throwable thrown, Map<String, Object> error) {
        Object message = quietly(thrown, "message");
        if (thrown.getMessage() == null && message instanceof String) {
            error.put("message", Shown.message((String) message));
        }
        for (Object status : statuses(thrown)) {
            error.putIfAbsent("status", status);
        }
        if (quietly(thrown, "body") instanceof byte[]) {
            error.put("body", new String((byte[]) quietly(thrown, "body"), StandardCharsets.UTF_8));
        }
        Object decoded = Values.declared(thrown.getClass()).isEmpty() ? quietly(thrown, "data") : thrown;
        try {
            Object fields = decoded == Values.ABSENT ? null : Values.render(decoded);
            if (fields instanceof Map) {
                ((Map<?, ?>) fields).remove("rawResponse");
                error.put("fields", fields);
            }
        } catch (Shown unreadable) {
            return; // the caller cannot read these fields either
        }
    }

    /** Returns candidates for the HTTP status, best first: the response's, then the error's unless the body has it. */
    private static List<Object> statuses(Throwable thrown) {
        List<Object> found = new ArrayList<>();
        Object response = quietly(thrown, "rawResponse");
        if (response != Values.ABSENT && response != null) {
            found.add(quietly(response, "statusCode"));
        }
        Set<String> decoded = new HashSet<>();
        Values.declared(thrown.getClass()).values().forEach(field -> decoded.add(field.getName()));
        for (String name : List.of("code", "statusCode")) {
            if (!decoded.contains(name)) {
                found.add(quietly(thrown, name));
            }
        }
        found.removeIf(status -> Shown.statusOf(status) == null);
        return found;
    }

    /** Returns an accessor's value, ABSENT when the accessor is missing, empty or throws. */
    private static Object quietly(Object owner, String name) {
        try {
            return Values.held(Values.read(owner, name));
        } catch (Shown unreadable) {
            return Values.ABSENT;
        }
    }

    private static void with(Object builder, String name, Class<?> type, Object value) throws ReflectiveOperationException {
        Method method = builder.getClass().getMethod(name, type);
        method.setAccessible(true);
        method.invoke(builder, value);
    }

    private static Object invoke(Object owner, String name) throws ReflectiveOperationException {
        Method method = owner.getClass().getMethod(name);
        method.setAccessible(true);
        return method.invoke(owner);
    }

    @Override
    public void close() {
        client = null;
    }
}
