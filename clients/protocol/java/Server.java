package concordat.protocol;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The adapter protocol for programs on the Java virtual machine: it reads messages and writes answers, one JSON object
 * per line, over the two descriptors in CONCORDAT_FDS. It reports observations without verdicts.
 */
public final class Server {
    /** The interface of call styles. An exception other than Shown is a fault of the adapter: `failed`. */
    public interface Adapter {
        Map<String, Object> hello();

        void open(Map<String, Object> message) throws Exception;

        Map<String, Object> call(String operation, Map<String, Object> arguments) throws Exception;

        void close();
    }

    private static final int MAX_LINE = 32 * 1024 * 1024;
    private static final int MAX_DETAIL = 8000;

    private final Adapter adapter;
    private final OutputStream reports;
    private final Map<Object, Thread> calls = new ConcurrentHashMap<>();
    private final Set<Object> cancelled = ConcurrentHashMap.newKeySet();

    private Server(Adapter adapter, OutputStream reports) {
        this.adapter = adapter;
        this.reports = reports;
    }

    /** Returns the program's CONFIG.json. */
    public static Map<String, Object> config(String path) throws IOException {
        return map(Json.parse(Files.readString(Path.of(path))));
    }

    /** Sends `hello`, handles messages until `shutdown` or the end of the input, and then ends the process. */
    public static void serve(Adapter adapter) throws IOException {
        String[] descriptors = System.getenv("CONCORDAT_FDS").split(",");
        FileInputStream input = new FileInputStream("/dev/fd/" + descriptors[0]);
        Server server = new Server(adapter, new FileOutputStream("/dev/fd/" + descriptors[1]));
        Map<String, Object> hello = adapter.hello();
        hello.put("type", "hello");
        hello.put("protocol", 2);
        hello.put("language", "java");
        hello.put("runtime", "java " + System.getProperty("java.version"));
        server.report(hello);
        server.handle(new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8)));
        Runtime.getRuntime().halt(0);
    }

    private void handle(BufferedReader input) throws IOException {
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            Map<String, Object> message;
            try {
                Object parsed = Json.parse(line);
                if (!(parsed instanceof Map)) {
                    throw new IllegalArgumentException("a message must be a JSON object");
                }
                message = map(parsed);
            } catch (IllegalArgumentException | ClassCastException fault) {
                failed(null, fault);
                continue;
            }
            Object id = message.get("id");
            switch (String.valueOf(message.get("type"))) {
                case "open":
                    answer(id, () -> adapter.open(message));
                    break;
                case "close":
                    answer(id, adapter::close);
                    break;
                case "call":
                    Thread worker = new Thread(() -> call(id, message));
                    calls.put(id, worker);
                    worker.start();
                    break;
                case "cancel":
                    Thread running = calls.get(id);
                    if (running != null) {
                        cancelled.add(id);
                        running.interrupt();
                    }
                    break;
                case "shutdown":
                    return;
                default:
                    failed(id, new IllegalArgumentException("unknown message " + message.get("type")));
            }
        }
    }

    private interface Act {
        void run() throws Exception;
    }

    private void answer(Object id, Act act) {
        try {
            act.run();
            report(message("done", id));
        } catch (Shown shown) {
            outcome(id, shown.outcome());
        } catch (Exception | LinkageError fault) {
            failed(id, fault);
        }
    }

    private void call(Object id, Map<String, Object> message) {
        try {
            outcome(id, adapter.call((String) message.get("operation"), map(message.get("arguments"))));
        } catch (Shown shown) {
            if (cancelled.contains(id) && "raised".equals(shown.outcome().get("ended"))) {
                shown.outcome().put("ended", "cancelled");
            }
            outcome(id, shown.outcome());
        } catch (Exception | LinkageError | StackOverflowError fault) {
            failed(id, fault);
        } finally {
            calls.remove(id);
            cancelled.remove(id);
        }
    }

    private void outcome(Object id, Map<String, Object> shown) {
        Map<String, Object> report = message("outcome", id);
        report.put("outcome", shown);
        report(report);
    }

    private void failed(Object id, Throwable fault) {
        StringWriter trace = new StringWriter();
        fault.printStackTrace(new PrintWriter(trace));
        String detail = trace.toString();
        Map<String, Object> report = message("failed", id);
        report.put("message", Shown.message(fault));
        report.put("detail", wellFormed(detail.substring(0, Math.min(detail.length(), MAX_DETAIL))));
        report(report);
    }

    private static Map<String, Object> message(String type, Object id) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("type", type);
        message.put("id", id);
        return message;
    }

    private synchronized void report(Map<String, Object> message) {
        byte[] line = (Json.write(message) + "\n").getBytes(StandardCharsets.UTF_8);
        if (line.length > MAX_LINE) {
            Map<String, Object> shown = Shown.outcome("render", "unrepresentable");
            shown.put("detail", "a line over 32 MiB");
            outcome(message.get("id"), shown);
            return;
        }
        try {
            reports.write(line);
        } catch (IOException gone) {
            Runtime.getRuntime().halt(0);
        }
    }

    /** Returns the text with every unpaired surrogate replaced, so that UTF-8 can encode it. */
    static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }
}
