package standin.utils;

/** The retry policy. */
public final class RetryConfig {
    private final String told;

    private RetryConfig(String told) {
        this.told = told;
    }

    public static RetryConfig noRetries() {
        return new RetryConfig("none");
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String toString() {
        return told;
    }

    public static final class Builder {
        private BackoffStrategy backoff;

        public Builder backoff(BackoffStrategy backoff) {
            this.backoff = backoff;
            return this;
        }

        public RetryConfig build() {
            return new RetryConfig(backoff.told);
        }
    }
}
