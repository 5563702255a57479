package concordat.adapter;

import concordat.protocol.Shown;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds the SDK's requests and models, with their builders, from the arguments of a message. */
final class Requests {
    /** The current argument, which an `unrepresentable` outcome names. */
    private final String argument;

    private Requests(String argument) {
        this.argument = argument;
    }

    /** Sets a property of a builder from an argument, with the method of the property's name. */
    static void set(Object builder, String method, String argument, Object value) throws ReflectiveOperationException {
        new Requests(argument).set(builder, method, value);
    }

    /** Returns the argument `body` as a value of a type. */
    static Object body(Type type, Object value) throws ReflectiveOperationException {
        return new Requests("body").convert(value, type);
    }

    private void set(Object builder, String name, Object value) throws ReflectiveOperationException {
        for (Method method : builder.getClass().getMethods()) {
            boolean fits = method.getName().equals(name) && method.getParameterCount() == 1;
            if (fits && takes(method.getParameterTypes()[0], value)) {
                Object converted = convert(value, method.getGenericParameterTypes()[0]);
                method.setAccessible(true);
                Shown.theirs("build", () -> method.invoke(builder, converted), (thrown, error) -> { });
                return;
            }
        }
        throw misfit();
    }

    /** Returns whether a setter accepts the value: the one for JsonNullable takes null, the other all other values. */
    private static boolean takes(Class<?> parameter, Object value) {
        boolean nullable = parameter.getSimpleName().equals("JsonNullable");
        return value == null ? nullable : !nullable && parameter != Optional.class;
    }

    private Object convert(Object value, Type type) throws ReflectiveOperationException {
        Class<?> raw = raw(type);
        if (raw.getSimpleName().equals("JsonNullable")) {
            return raw.getMethod("of", Object.class).invoke(null, value);
        }
        if (value instanceof Map && ((Map<?, ?>) value).size() == 1) {
            Map.Entry<?, ?> only = ((Map<?, ?>) value).entrySet().iterator().next();
            String key = (String) only.getKey();
            if (key.startsWith("$") && !key.startsWith("$$")) {
                return convert(untagged(key, only.getValue()), type);
            }
        }
        if (raw == Object.class || (value != null && raw.isInstance(value) && !(value instanceof Map || value instanceof List))) {
            return plain(value);
        }
        if (value instanceof Boolean && raw == boolean.class) {
            return value;
        }
        if (value instanceof BigDecimal) {
            return number((BigDecimal) value, raw);
        }
        if (value instanceof List && raw.isAssignableFrom(List.class)) {
            List<Object> items = new ArrayList<>();
            for (Object item : (List<?>) value) {
                items.add(convert(item, argumentOf(type, 0)));
            }
            return items;
        }
        if (value instanceof Map && raw.isAssignableFrom(Map.class)) {
            Map<String, Object> members = new LinkedHashMap<>();
            for (Map.Entry<?, ?> member : ((Map<?, ?>) value).entrySet()) {
                members.put(untag((String) member.getKey()), convert(member.getValue(), argumentOf(type, 1)));
            }
            return members;
        }
        if (value instanceof Map) {
            return model((Map<?, ?>) value, raw);
        }
        if (value instanceof String && raw.isEnum()) {
            return constant((String) value, raw);
        }
        if (value instanceof String && raw.getName().startsWith("java.time.")) {
            return theirs(() -> raw.getMethod("parse", CharSequence.class).invoke(null, value));
        }
        throw misfit();
    }

    private Object model(Map<?, ?> members, Class<?> model) throws ReflectiveOperationException {
        Map<String, Field> fields = Values.declared(model);
        Object builder = theirs(() -> model.getMethod("builder").invoke(null));
        for (Map.Entry<?, ?> member : members.entrySet()) {
            Field field = fields.get(untag((String) member.getKey()));
            if (field == null) {
                throw misfit();
            }
            set(builder, field.getName(), member.getValue());
        }
        Method build = Values.accessor(builder, "build");
        return Shown.theirs("build", () -> build.invoke(builder), (thrown, error) -> { });
    }

    private Object constant(String wire, Class<?> type) {
        for (Object constant : type.getEnumConstants()) {
            if (wire.equals(Values.render(constant))) {
                return constant;
            }
        }
        throw misfit();
    }

    private Object number(BigDecimal number, Class<?> raw) {
        try {
            if (raw == int.class || raw == Integer.class) {
                return number.intValueExact();
            }
            if (raw == long.class || raw == Long.class) {
                return number.longValueExact();
            }
            if (raw == BigInteger.class) {
                return number.toBigIntegerExact();
            }
        } catch (ArithmeticException fraction) {
            throw misfit();
        }
        boolean held = new BigDecimal(Double.toString(number.doubleValue())).compareTo(number) == 0;
        if ((raw == double.class || raw == Double.class) && held) {
            return number.doubleValue();
        }
        throw misfit();
    }

    /** Returns a value for a parameter of any type: maps, lists, texts, doubles or exact numbers. */
    private Object plain(Object value) throws ReflectiveOperationException {
        if (value instanceof List) {
            return convert(value, List.class);
        }
        return value instanceof Map ? convert(value, Map.class) : value;
    }

    private Object untagged(String tag, Object content) {
        switch (tag) {
            case "$bytes":
                return Base64.getDecoder().decode((String) content);
            case "$number":
                return decimal((String) content);
            case "$utf16":
                StringBuilder text = new StringBuilder();
                ((List<?>) content).forEach(unit -> text.append((char) ((BigDecimal) unit).intValue()));
                return text.toString();
            default:
                throw misfit();
        }
    }

    private BigDecimal decimal(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException infinite) {
            throw misfit();
        }
    }

    private Object theirs(java.util.concurrent.Callable<Object> act) {
        try {
            return act.call();
        } catch (Exception unfit) {
            throw misfit();
        }
    }

    private Shown misfit() {
        return Shown.unrepresentable(argument);
    }

    private static String untag(String key) {
        return key.startsWith("$$") ? key.substring(1) : key;
    }

    private static Class<?> raw(Type type) {
        if (type instanceof ParameterizedType) {
            return (Class<?>) ((ParameterizedType) type).getRawType();
        }
        if (type instanceof WildcardType) {
            return raw(((WildcardType) type).getUpperBounds()[0]);
        }
        return type instanceof Class ? (Class<?>) type : Object.class;
    }

    private static Type argumentOf(Type type, int index) {
        Type bound = type instanceof WildcardType ? ((WildcardType) type).getUpperBounds()[0] : type;
        return bound instanceof ParameterizedType ? ((ParameterizedType) bound).getActualTypeArguments()[index] : Object.class;
    }
}
