package standin.utils;

/** The retry policy. */
public final class RetryConfig {
    private final String text;

    private RetryConfig(String text) {
        this.text = text;
    }

    public static RetryConfig noRetries() {
        return new RetryConfig("none");
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String toString() {
        return text;
    }

    public static final class Builder {
        private BackoffStrategy backoff;

        public Builder backoff(BackoffStrategy backoff) {
            this.backoff = backoff;
            return this;
        }

        public RetryConfig build() {
            return new RetryConfig(backoff.text);
        }
    }
}
