package standin;

import java.io.InputStream;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import standin.Errors.ErrorMessage;
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

    /** Free-form values. */
    public static final class SupplementalData {
        @JsonProperty("content") final Optional<? extends Map<String, Map<String, Object>>> content;

        SupplementalData(Map<String, Map<String, Object>> content) {
            this.content = Optional.of(content);
        }

        public Optional<? extends Map<String, Map<String, Object>>> content() {
            return content;
        }
    }

    public static final class Customer {
        @JsonProperty("id") Optional<String> id = Optional.empty();
        @JsonProperty("customerName") JsonNullable<String> name = JsonNullable.undefined();
        @JsonProperty("status") Optional<? extends Status> status = Optional.empty();
        @JsonProperty("phone") JsonNullable<String> phone = JsonNullable.undefined();
        @JsonProperty("tags") Optional<? extends List<String>> tags = Optional.empty();
        @JsonProperty("limit") Optional<Double> limit = Optional.empty();
        @JsonProperty("balance") Optional<BigDecimal> balance = Optional.empty();
        @JsonProperty("since") Optional<LocalDate> since = Optional.empty();
        @JsonProperty("content") Optional<? extends Map<String, Map<String, Object>>> content = Optional.empty();
        @JsonProperty("supplementalData") Optional<? extends SupplementalData> supplementalData = Optional.empty();
        @JsonProperty("parent") Optional<Customer> parent = Optional.empty();

        public Optional<String> id() {
            return id;
        }

        public JsonNullable<String> name() {
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

        public Optional<? extends SupplementalData> supplementalData() {
            return supplementalData;
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
                return name(JsonNullable.of(name));
            }

            public Builder name(JsonNullable<String> name) {
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

            public Builder supplementalData(SupplementalData supplementalData) {
                made.supplementalData = Optional.of(supplementalData);
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
        String attachmentId = "";
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

            public Builder attachmentId(String attachmentId) {
                made.attachmentId = attachmentId;
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

    /** The envelope; releases of 2024 have the failure in it, later ones throw it. */
    public static final class CustomerResponse {
        private final int statusCode;
        private final JsonNullable<? extends Customer> customer;
        private final Optional<? extends InputStream> data;
        private final Optional<? extends ErrorMessage> errorMessage;

        CustomerResponse(int statusCode, Customer customer, InputStream data, ErrorMessage errorMessage) {
            this.statusCode = statusCode;
            this.customer = customer == null ? JsonNullable.undefined() : JsonNullable.of(customer);
            this.data = Optional.ofNullable(data);
            this.errorMessage = Optional.ofNullable(errorMessage);
        }

        public int statusCode() {
            return statusCode;
        }

        public String contentType() {
            return "application/json";
        }

        public HttpResponse<InputStream> rawResponse() {
            return Errors.response(statusCode);
        }

        public JsonNullable<? extends Customer> customer() {
            return customer;
        }

        public Optional<? extends InputStream> data() {
            return data;
        }

        public Optional<? extends ErrorMessage> errorMessage() {
            return errorMessage;
        }
    }
}
