package standin;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.NoSuchElementException;

/** Stands in for the library of annotations with which the SDKs declare wire names, and for its type of nullables. */
public final class Json {
    private Json() {}

    @Retention(RetentionPolicy.RUNTIME)
    public @interface JsonProperty {
        String value();
    }

    public static final class JsonNullable<T> {
        private final T value;
        private final boolean present;

        private JsonNullable(T value, boolean present) {
            this.value = value;
            this.present = present;
        }

        public static <T> JsonNullable<T> of(T value) {
            return new JsonNullable<>(value, true);
        }

        public static <T> JsonNullable<T> undefined() {
            return new JsonNullable<>(null, false);
        }

        public boolean isPresent() {
            return present;
        }

        public T get() {
            if (!present) {
                throw new NoSuchElementException("undefined");
            }
            return value;
        }
    }
}
