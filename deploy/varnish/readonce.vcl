vcl 4.1;

# Varnish (7.1 or newer) in front of readonce: /etc/varnish/readonce.vcl, with varnishd started as in varnish.service.d/readonce.conf,
# and hitch in front of it for TLS (hitch.conf). To change: the addresses of the instances. In readonce.toml:
#
#   base_url = "https://secrets.example.org"
#   [http]
#   trusted_proxies = ["127.0.0.1"]      # where Varnish comes from, or all clients share one limit
#   [drain]
#   delay = 5                            # longer than `interval` x (`window` - `threshold` + 1) of the probe below

import directors;
import std;

probe ready {
    .request =
        "GET /health/ready HTTP/1.1"
        "Host: localhost"
        "Connection: close";
    .interval = 1s;
    .timeout = 2s;
    .window = 2;
    .threshold = 1;
    .initial = 0;
}

# One for each instance, here and in `vcl_init`; with one only, leave the second out.
backend a {
    .host = "127.0.0.1";
    .port = "7143";
    .connect_timeout = 2s;
    .first_byte_timeout = 15s;
    .between_bytes_timeout = 10s;
    .probe = ready;
}

backend b {
    .host = "127.0.0.1";
    .port = "7144";
    .connect_timeout = 2s;
    .first_byte_timeout = 15s;
    .between_bytes_timeout = 10s;
    .probe = ready;
}

sub vcl_init {
    new readonce = directors.round_robin();
    readonce.add_backend(a);
    readonce.add_backend(b);
}

sub vcl_recv {
    set req.backend_hint = readonce.backend();
    # Set, and not handed on: whatever a client writes there itself would be believed.
    set req.http.X-Forwarded-For = client.ip;
    set req.http.X-Forwarded-Proto = "https";
    # No instance is there, so that nothing can have happened.
    if (!std.healthy(req.backend_hint)) {
        return (synth(503));
    }
    # Nothing is kept.
    return (pass);
}

sub vcl_backend_fetch {
    # A claim must never be sent twice. Where a kept connection ends before the answer, Varnish sends a request without a body
    # again: so no connection is kept, neither for claims nor for what comes before them.
    set bereq.http.Connection = "close";
}

# What Varnish answers itself: people get a page (in every language of the pages; the package has them in the folder named here), programs JSON. Answers of
# readonce pass through as they are. Whether the connection was made cannot be known here, so that of a POST nobody is told that nothing
# happened.
sub vcl_backend_error {
    set beresp.status = 503;
    set beresp.http.Cache-Control = "no-store";
    set beresp.http.Retry-After = "5";
    if (bereq.url ~ "/(api|health)/") {
        set beresp.http.Content-Type = "application/json";
        if (bereq.method == "POST") {
            set beresp.body = std.fileread("/usr/share/readonce/pages/unknown.json");
        } else {
            set beresp.body = std.fileread("/usr/share/readonce/pages/away.json");
        }
    } else {
        set beresp.http.Content-Type = "text/html; charset=utf-8";
        if (bereq.method == "POST") {
            set beresp.body = std.fileread("/usr/share/readonce/pages/unknown.html");
        } else {
            set beresp.body = std.fileread("/usr/share/readonce/pages/away.html");
        }
    }
    return (deliver);
}

sub vcl_synth {
    set resp.http.Cache-Control = "no-store";
    set resp.http.Retry-After = "5";
    if (req.url ~ "/(api|health)/") {
        set resp.http.Content-Type = "application/json";
        set resp.body = std.fileread("/usr/share/readonce/pages/away.json");
    } else {
        set resp.http.Content-Type = "text/html; charset=utf-8";
        set resp.body = std.fileread("/usr/share/readonce/pages/away.html");
    }
    return (deliver);
}
