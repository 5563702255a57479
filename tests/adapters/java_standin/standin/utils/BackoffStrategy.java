package standin.utils;

import java.util.concurrent.TimeUnit;

/** How long to wait. */
public final class BackoffStrategy {
    final String text;

    private BackoffStrategy(String text) {
        this.text = text;
    }

    public static Builder builder() {
        return new Builder();
    }

    public static final class Builder {
        private String text = "backoff";

        public Builder initialInterval(long time, TimeUnit unit) {
            return tell("initial " + unit.toMillis(time));
        }

        public Builder maxInterval(long time, TimeUnit unit) {
            return tell("most " + unit.toMillis(time));
        }

        public Builder maxElapsedTime(long time, TimeUnit unit) {
            return tell("in all " + unit.toMillis(time));
        }

        public Builder baseFactor(double factor) {
            return tell("factor " + factor);
        }

        public Builder retryConnectError(boolean retry) {
            return tell("connections " + retry);
        }

        public BackoffStrategy build() {
            return new BackoffStrategy(text);
        }

        private Builder tell(String more) {
            text += ", " + more;
            return this;
        }
    }
}
