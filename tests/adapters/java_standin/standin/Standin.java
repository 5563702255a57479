package standin;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import standin.Errors.Answered;
import standin.Errors.AuthException;
import standin.Errors.ErrorMessage;
import standin.Errors.SDKError;
import standin.Json.JsonNullable;
import standin.Models.Customer;
import standin.Models.CustomerRequest;
import standin.Models.CustomerResponse;
import standin.utils.RetryConfig;

/**
 * A stand-in with the public shapes of the Java SDKs (accounting 0.2, sync.expenses 1.0). It is no SDK, sends nothing, and answers by
 * the customer that it is asked for.
 */
public final class Standin {
    private final String settings;

    private Standin(String settings) {
        this.settings = settings;
    }

    public static Builder builder() {
        return new Builder();
    }

    public Customers customers() {
        return new Customers();
    }

    public static final class Builder {
        private String serverURL;
        private String auth;
        private RetryConfig retries;

        public Builder serverURL(String serverURL) {
            this.serverURL = serverURL;
            return this;
        }

        public Builder authHeader(String auth) {
            this.auth = auth;
            return this;
        }

        public Builder retryConfig(RetryConfig retries) {
            this.retries = retries;
            return this;
        }

        public Standin build() {
            if (serverURL.equals("refused")) {
                throw new IllegalArgumentException("no such server");
            }
            System.out.println("an SDK may print what it likes");
            return new Standin(serverURL + " " + auth + " " + retries);
        }
    }

    public final class Customers {
        public CallBuilder create() {
            return new CallBuilder(request -> new CustomerResponse(200, request.customer, null, null));
        }

        public CallBuilder get() {
            return new CallBuilder(request -> answer(request.customerId));
        }

        public CallBuilder list() {
            return new CallBuilder(request -> named(request.companyId + " " + request.page));
        }

        public CallBuilder downloadAttachment() {
            byte[] content = {0, (byte) 0xff, 'p', 'd', 'f'};
            return new CallBuilder(request -> new CustomerResponse(200, null, new ByteArrayInputStream(content), null));
        }
    }

    private interface Answer {
        CustomerResponse to(CustomerRequest request) throws Exception;
    }

    public static final class CallBuilder {
        private final Answer answer;
        private CustomerRequest request;

        private CallBuilder(Answer answer) {
            this.answer = answer;
        }

        public CallBuilder request(CustomerRequest request) {
            this.request = request;
            return this;
        }

        public CustomerResponse call() throws Exception {
            return answer.to(request);
        }
    }

    private CustomerResponse answer(String customer) throws Exception {
        switch (customer) {
            case "settings":
                return named(settings);
            case "sparse":
                return named(null);
            case "rich":
                Customer rich = Customer.builder().name("\ud83d\ude00").phone((String) null).limit(0.1)
                        .balance(new BigDecimal("0.10000000000000000001")).since(LocalDate.of(2022, 10, 23))
                        .content(Map.of("a", Map.of("$ref", 9007199254740993L))).tags(List.of("\ud83d"))
                        .status(Models.Status.ARCHIVED).build();
                return new CustomerResponse(200, rich, null, null);
            case "error.returned-alone":
                return new CustomerResponse(403, null, null, null);
            case "missing":
                return new CustomerResponse(404, null, null, new ErrorMessage(null, "no such customer", null));
            case "error.returned":
                return new CustomerResponse(403, null, null, new ErrorMessage(null, "no such customer", 429L));
            case "null":
                throw new ErrorMessage(null, null, null, JsonNullable.of(null));
            case "auth":
                throw new AuthException(401, "no credential");
            case "error.http-status":
                throw new SDKError(502, "API error occurred", "<h1>no</h1>");
            case "error.decoded-status":
                throw new ErrorMessage(null, "no such customer", 404L);
            case "error.both-equal":
                throw new Answered(404);
            case "error.both-different":
                throw new Answered(409);
            case "error.decoded-fields":
                throw new ErrorMessage("c1", "no such customer", null);
            case "error.decoded-zero":
                throw new ErrorMessage(null, "no such customer", 0L);
            case "error.neither":
                throw new IOException("sending failed", new IllegalStateException("connection refused"));
            case "value.absent-and-null":
                return new CustomerResponse(200, one().supplementalData(free()).build(), null, null);
            case "value.null-optional":
                return new CustomerResponse(200, one().build(), null, null);
            case "value.null":
                return new CustomerResponse(200, one().phone((String) null).build(), null, null);
            case "unreachable":
                throw new IOException("sending failed", new IllegalStateException("connection refused"));
            case "slow":
                Thread.sleep(20_000);
                return named("late");
            default:
                throw new AssertionError("a crash");
        }
    }

    private static Customer.Builder one() {
        return Customer.builder().id("1").status(Models.Status.ACTIVE);
    }

    private static Models.SupplementalData free() {
        Map<String, Object> inner = new HashMap<>();
        inner.put("none", null);
        return new Models.SupplementalData(Map.of("a", inner));
    }

    private static CustomerResponse named(String name) {
        return new CustomerResponse(200, Customer.builder().name(name).build(), null, null);
    }
}
