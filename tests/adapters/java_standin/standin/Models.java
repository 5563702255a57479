package standin;

import java.io.InputStream;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import standin.Json.JsonNullable;
import standin.Json.JsonProperty;

/** The stand-in's models: fields that declare wire names, accessors of the same names, builders. */
public final class Models {
    private Models() {}

    public enum Status {
        ACTIVE("Active"),
        ARCHIVED("Archived");

        private final String value;

        Status(String value) {
            this.value = value;
        }

        public String value() {
            return value;
        }
    }

    public static final class Customer {
        @JsonProperty("id") Optional<String> id = Optional.empty();
        @JsonProperty("customerName") String name;
        @JsonProperty("status") Optional<? extends Status> status = Optional.empty();
        @JsonProperty("phone") JsonNullable<String> phone = JsonNullable.undefined();
        @JsonProperty("tags") Optional<? extends List<String>> tags = Optional.empty();
        @JsonProperty("limit") Optional<Double> limit = Optional.empty();
        @JsonProperty("balance") Optional<BigDecimal> balance = Optional.empty();
        @JsonProperty("since") Optional<LocalDate> since = Optional.empty();
        @JsonProperty("content") Optional<? extends Map<String, Map<String, Object>>> content = Optional.empty();
        @JsonProperty("parent") Optional<Customer> parent = Optional.empty();

        public Optional<String> id() {
            return id;
        }

        public String name() {
            return name;
        }

        public Optional<? extends Status> status() {
            return status;
        }

        public JsonNullable<String> phone() {
            return phone;
        }

        public Optional<? extends List<String>> tags() {
            return tags;
        }

        public Optional<Double> limit() {
            return limit;
        }

        public Optional<BigDecimal> balance() {
            return balance;
        }

        public Optional<LocalDate> since() {
            return since;
        }

        public Optional<? extends Map<String, Map<String, Object>>> content() {
            return content;
        }

        public Optional<Customer> parent() {
            return parent;
        }

        public static Builder builder() {
            return new Builder();
        }

        public static final class Builder {
            private final Customer made = new Customer();

            public Builder id(String id) {
                return id(Optional.of(id));
            }

            public Builder id(Optional<String> id) {
                made.id = id;
                return this;
            }

            public Builder name(String name) {
                made.name = name;
                return this;
            }

            public Builder status(Status status) {
                made.status = Optional.of(status);
                return this;
            }

            public Builder phone(String phone) {
                return phone(JsonNullable.of(phone));
            }

            public Builder phone(JsonNullable<String> phone) {
                made.phone = phone;
                return this;
            }

            public Builder tags(List<String> tags) {
                made.tags = Optional.of(tags);
                return this;
            }

            public Builder limit(double limit) {
                made.limit = Optional.of(limit);
                return this;
            }

            public Builder balance(BigDecimal balance) {
                made.balance = Optional.of(balance);
                return this;
            }

            public Builder since(LocalDate since) {
                made.since = Optional.of(since);
                return this;
            }

            public Builder content(Map<String, Map<String, Object>> content) {
                made.content = Optional.of(content);
                return this;
            }

            public Builder parent(Customer parent) {
                made.parent = Optional.of(parent);
                return this;
            }

            public Customer build() {
                return made;
            }
        }
    }

    /** The request of every operation here. */
    public static final class CustomerRequest {
        String companyId = "";
        String customerId = "";
        int page = 1;
        Customer customer;

        public static Builder builder() {
            return new Builder();
        }

        public static final class Builder {
            private final CustomerRequest made = new CustomerRequest();

            public Builder companyId(String companyId) {
                made.companyId = companyId;
                return this;
            }

            public Builder customerId(String customerId) {
                made.customerId = customerId;
                return this;
            }

            public Builder page(Optional<Integer> page) {
                return page(page.get());
            }

            public Builder page(int page) {
                made.page = page;
                return this;
            }

            public Builder customer(Customer customer) {
                made.customer = customer;
                return this;
            }

            public CustomerRequest build() {
                return made;
            }
        }
    }

    /** The envelope. */
    public static final class CustomerResponse {
        final int statusCode;
        final Optional<Customer> customer;
        final Optional<InputStream> data;
        final Optional<Map<String, Object>> errorMessage;

        CustomerResponse(int statusCode, Customer customer, InputStream data, Map<String, Object> errorMessage) {
            this.statusCode = statusCode;
            this.customer = Optional.ofNullable(customer);
            this.data = Optional.ofNullable(data);
            this.errorMessage = Optional.ofNullable(errorMessage);
        }

        public int statusCode() {
            return statusCode;
        }

        public String contentType() {
            return "application/json";
        }

        public Optional<Customer> customer() {
            return customer;
        }

        public Optional<InputStream> data() {
            return data;
        }

        public Optional<Map<String, Object>> errorMessage() {
            return errorMessage;
        }
    }

    /** A refusal. */
    public static final class SDKError extends Exception {
        private static final long serialVersionUID = 1;
        private final int code;
        private final byte[] body;

        public SDKError(int code, String message, byte[] body) {
            super(message);
            this.code = code;
            this.body = body;
        }

        public int code() {
            return code;
        }

        public byte[] body() {
            return body;
        }
    }
}
