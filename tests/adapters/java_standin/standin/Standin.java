package standin;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import standin.Models.Customer;
import standin.Models.CustomerRequest;
import standin.Models.CustomerResponse;
import standin.Models.SDKError;
import standin.utils.RetryConfig;

/**
 * A stand-in with the surface that the documents of the Java SDKs describe. It is no SDK, sends nothing, and answers by
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
            case "forbidden":
                return new CustomerResponse(403, null, null, null);
            case "missing":
                return new CustomerResponse(404, null, null, Map.of("error", "no such customer"));
            case "html":
                throw new SDKError(502, "API error occurred", "<h1>no</h1>".getBytes(StandardCharsets.UTF_8));
            case "unreachable":
                throw new IOException("sending failed", new IllegalStateException("connection refused"));
            case "slow":
                Thread.sleep(20_000);
                return named("late");
            default:
                throw new AssertionError("a crash");
        }
    }

    private static CustomerResponse named(String name) {
        return new CustomerResponse(200, Customer.builder().name(name).build(), null, null);
    }
}
