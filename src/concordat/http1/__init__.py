"""HTTP/1.1 on a socket: listener, parser, serializer and delivery of faults."""
