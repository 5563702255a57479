package concordat.adapter;

import concordat.protocol.Shown;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Converts values to the form that the SDK's caller reads: from accessors, with the wire names of the models. */
final class Values {
    /** The mark of an absent value, such as an empty Optional. */
    static final Object ABSENT = new Object();

    private static final BigInteger SAFE = BigInteger.ONE.shiftLeft(53);

    private Values() {}

    /** Returns the fields of a model by wire name; only fields that declare one, as this generation decodes only these. */
    static Map<String, Field> declared(Class<?> model) {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (Field field : model.getDeclaredFields()) {
            String wire = Modifier.isStatic(field.getModifiers()) ? null : wireName(field);
            if (wire != null) {
                fields.put(wire, field);
            }
        }
        return fields;
    }

    private static String wireName(Field field) {
        for (Annotation annotation : field.getAnnotations()) {
            if (annotation.annotationType().getSimpleName().equals("JsonProperty")) {
                try {
                    String name = (String) annotation.annotationType().getMethod("value").invoke(annotation);
                    return name.isEmpty() ? field.getName() : name;
                } catch (ReflectiveOperationException other) {
                    throw new IllegalStateException(other);
                }
            }
        }
        return null;
    }

    /** Returns the method without parameters of the owner's class or one of its interfaces, null without one. */
    static Method accessor(Object owner, String name) {
        for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
            List<Class<?>> offering = new ArrayList<>(List.of(type.getInterfaces()));
            offering.add(0, type);
            for (Class<?> offered : offering) {
                try {
                    Method method = offered.getMethod(name);
                    method.setAccessible(true);
                    return method;
                } catch (NoSuchMethodException | InaccessibleObjectException none) {
                    continue; // classes of the JDK, such as a response, are accessible only through their interfaces
                }
            }
        }
        return null;
    }

    static Object read(Object owner, String name) {
        Method method = accessor(owner, name);
        return method == null ? ABSENT : Shown.theirs("read", () -> method.invoke(owner), (thrown, error) -> { });
    }

    /** Returns the value of an Optional or a JsonNullable, ABSENT for an empty one, and any other value unchanged. */
    static Object held(Object value) {
        if (value instanceof Optional) {
            return ((Optional<?>) value).isPresent() ? ((Optional<?>) value).get() : ABSENT;
        }
        if (value != null && value.getClass().getSimpleName().equals("JsonNullable")) {
            return Boolean.TRUE.equals(read(value, "isPresent")) ? read(value, "get") : ABSENT;
        }
        return value;
    }

    static Object render(Object wrapped) {
        Object value = held(wrapped);
        if (value == ABSENT || value == null || value instanceof Boolean) {
            return value;
        }
        if (value instanceof CharSequence) {
            return text(value.toString());
        }
        if (value instanceof Number) {
            return number((Number) value);
        }
        if (value instanceof byte[]) {
            return bytes((byte[]) value);
        }
        if (value instanceof ByteBuffer) {
            ByteBuffer copy = ((ByteBuffer) value).duplicate();
            byte[] content = new byte[copy.remaining()];
            copy.get(content);
            return bytes(content);
        }
        if (value instanceof InputStream) {
            InputStream stream = (InputStream) value;
            return bytes(Shown.theirs("read", stream::readAllBytes, (thrown, error) -> { }));
        }
        if (value instanceof List) {
            return ((List<?>) value).stream().map(Values::inside).collect(Collectors.toCollection(ArrayList::new));
        }
        if (value instanceof Map) {
            Map<String, Object> shown = new LinkedHashMap<>();
            ((Map<?, ?>) value).forEach((key, item) -> put(shown, String.valueOf(key), render(item)));
            return shown;
        }
        if (value.getClass().getName().startsWith("java.time.")) {
            return value.toString();
        }
        return model(value);
    }

    private static Object model(Object value) {
        Map<String, Field> fields = declared(value.getClass());
        if (value instanceof Enum || (fields.isEmpty() && accessor(value, "value") != null)) {
            Object wire = read(value, "value");
            return wire == ABSENT ? ((Enum<?>) value).name() : render(wire);
        }
        if (fields.isEmpty()) {
            return tag("$object", value.getClass().getSimpleName());
        }
        Map<String, Object> shown = new LinkedHashMap<>();
        fields.forEach((wire, field) -> put(shown, wire, render(read(value, field.getName()))));
        return shown;
    }

    private static void put(Map<String, Object> shown, String name, Object value) {
        if (value != ABSENT) {
            shown.put(name.startsWith("$") ? "$" + name : name, value);
        }
    }

    private static Object inside(Object item) {
        Object shown = render(item);
        return shown == ABSENT ? tag("$undefined", true) : shown;
    }

    private static Object bytes(byte[] content) {
        return tag("$bytes", Base64.getEncoder().encodeToString(content));
    }

    private static Object number(Number value) {
        if (value instanceof Double || value instanceof Float) {
            double number = value.doubleValue();
            boolean plain = !Double.isNaN(number) && !Double.isInfinite(number);
            return plain ? exact(new BigDecimal(value.toString())) : tag("$number", value.toString());
        }
        return exact(new BigDecimal(value.toString()));
    }

    /** Returns a number that a double represents exactly, and any other number as tagged text. */
    private static Object exact(BigDecimal number) {
        boolean whole = number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
        boolean plain = whole
                ? number.abs().compareTo(new BigDecimal(SAFE)) < 0
                : new BigDecimal(Double.toString(number.doubleValue())).compareTo(number) == 0;
        return plain ? number : tag("$number", number.toString());
    }

    private static Object text(String text) {
        for (int index = 0; index < text.length(); index++) {
            char next = text.charAt(index);
            if (Character.isHighSurrogate(next) && index + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(index + 1))) {
                index++;
            } else if (Character.isSurrogate(next)) {
                return tag("$utf16", text.chars().boxed().collect(Collectors.toList()));
            }
        }
        return text;
    }

    private static Map<String, Object> tag(String name, Object content) {
        Map<String, Object> tag = new LinkedHashMap<>();
        tag.put(name, content);
        return tag;
    }
}
