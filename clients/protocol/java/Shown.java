package concordat.protocol;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;

/** Throws an outcome out of nested code to the method that reports it. */
public final class Shown extends RuntimeException {
    private static final int MAX_MESSAGE = 2000;
    private static final int MAX_CHAIN = 8;
    private static final long serialVersionUID = 1;

    private final transient Map<String, Object> outcome;

    private Shown(Map<String, Object> outcome) {
        super((String) outcome.get("ended"), null, false, false);
        this.outcome = outcome;
    }

    public Map<String, Object> outcome() {
        return outcome;
    }

    /** Returns an outcome with its two mandatory parts. */
    public static Map<String, Object> outcome(String phase, String ended) {
        Map<String, Object> outcome = new LinkedHashMap<>();
        outcome.put("phase", phase);
        outcome.put("ended", ended);
        return outcome;
    }

    /** The SDK lacks the operation. */
    public static Shown unsupported(String operation) {
        return impossible("unsupported", operation);
    }

    /** The SDK's interface cannot represent the argument with this wire name. */
    public static Shown unrepresentable(String argument) {
        return impossible("unrepresentable", argument);
    }

    private static Shown impossible(String ended, String detail) {
        Map<String, Object> outcome = outcome("build", ended);
        outcome.put("detail", detail);
        return new Shown(outcome);
    }

    /**
     * Runs code of the SDK; its exception becomes an outcome of `phase`. `addParts` adds the parts of the SDK's errors
     * beside class and message: the HTTP status, the body, the fields of the decoded body. An InvocationTargetException
     * carries an exception of the SDK; any other exception of reflection is a fault of the adapter.
     */
    public static <T> T theirs(String phase, Callable<T> act, BiConsumer<Throwable, Map<String, Object>> addParts) {
        try {
            return act.call();
        } catch (InvocationTargetException thrown) {
            throw raised(phase, thrown.getCause(), addParts);
        } catch (ReflectiveOperationException own) {
            throw new IllegalStateException(own);
        } catch (Shown shown) {
            throw shown;
        } catch (Exception thrown) {
            throw raised(phase, thrown, addParts);
        }
    }

    private static Shown raised(String phase, Throwable thrown, BiConsumer<Throwable, Map<String, Object>> addParts) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("class", thrown.getClass().getSimpleName());
        List<Object> chain = new ArrayList<>();
        for (Throwable cause = thrown.getCause(); cause != null && chain.size() < MAX_CHAIN; cause = cause.getCause()) {
            chain.add(cause.getClass().getSimpleName());
        }
        error.put("chain", chain);
        error.put("message", message(thrown));
        addParts.accept(thrown, error);
        settle(error);
        Map<String, Object> outcome = outcome(phase, "raised");
        outcome.put("error", error);
        return new Shown(outcome);
    }

    /**
     * Sets an error's status: the HTTP status that its caller can read, or else the `statusCode` of its decoded body.
     */
    public static void settle(Map<String, Object> error) {
        Integer status = statusOf(error.remove("status"));
        if (status == null && error.get("fields") instanceof Map) {
            for (Map.Entry<?, ?> field : ((Map<?, ?>) error.get("fields")).entrySet()) {
                if (String.valueOf(field.getKey()).replace("_", "").equalsIgnoreCase("statusCode")) {
                    status = statusOf(field.getValue());
                }
            }
        }
        if (status != null) {
            error.put("status", status);
        }
    }

    /** Returns the number if HTTP defines it as a status, and null otherwise; an SDK uses 0 or -1 for no status. */
    public static Integer statusOf(Object number) {
        if (!(number instanceof Number)) {
            return null;
        }
        double value = ((Number) number).doubleValue();
        return value == Math.rint(value) && value >= 100 && value <= 599 ? (int) value : null;
    }

    /** Returns the shortened message of an exception, empty without a message. */
    public static String message(Throwable thrown) {
        return thrown.getMessage() == null ? "" : message(thrown.getMessage());
    }

    /** Returns a message shortened to its limit. */
    public static String message(String text) {
        return Server.wellFormed(text.substring(0, Math.min(text.length(), MAX_MESSAGE)));
    }
}
