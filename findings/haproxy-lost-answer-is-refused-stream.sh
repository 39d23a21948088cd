#!/usr/bin/env bash
# HAProxy 2.6.12 (Debian 12): where a server has read a POST and closes without an answer, a client on HTTP/2 is told that nothing was processed.
#
# The guess: a POST whose answer is lost is answered 502, and nobody sends it again; `retry-on` is not set. That is so for the first request of an HTTP/1.1
# connection. On a kept one HAProxy closes without a word, and on HTTP/2 it resets the stream with REFUSED_STREAM (RFC 9113 §8.7: "not processed, safe to
# retry"), also for the first stream of a connection. curl believes both, POST or not: once more, and five times more. `option httpclose` helps for
# HTTP/1.1; for HTTP/2 nothing but leaving it out of `alpn`. Apache 2.4.71 closes kept connections likewise; nginx 1.22.1 and Caddy 2.6.2 answer 502.
#
# Seen with HAProxy 2.6.12-1+deb12u4, curl 7.88.1:
#     h1, first request: 1 POST at the server, curl shows 502
#     h1, kept connection: 2
#     h1, kept connection, option httpclose: 1
#     h2, first request: 6
#     h2, first request, option httpclose: 6
# Exits 0 if it is still so. Needs apt-get, curl with HTTP/2, openssl, python3.
set -euo pipefail
work=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || :; done; rm -rf "$work"' EXIT
cd "$work"
apt-get download -q -o APT::Sandbox::User=root haproxy=2.6.12-1+deb12u4 liblua5.3-0 libopentracing1 libopentracing-c-wrapper0 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout key -out certificate 2>/dev/null
cat certificate key >both.pem
cat >server.py <<'PYTHON'
import socket, threading
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
def serve(c):
    while True:
        head = c.recv(65536)
        if not head: break
        if head.startswith(b"POST"):
            open("posts", "a").write("x"); break
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    c.shutdown(2)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
PYTHON
python3 server.py >server.port 2>/dev/null & pids+=($!)
until [[ -s server.port ]]; do sleep 0.1; done
fail=0
try() { # expected, what, a line for HAProxy, curl's arguments
  local expected=$1 what=$2 line=$3 port pid
  shift 3
  port=$((20000 + RANDOM % 10000))
  cat >haproxy.cfg <<CFG
defaults
    mode http
    timeout connect 2s
    timeout client 9s
    timeout server 9s
    $line
listen front
    bind 127.0.0.1:$port ssl crt $work/both.pem alpn h2,http/1.1
    server a 127.0.0.1:$(cat server.port)
CFG
  LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu) root/usr/sbin/haproxy -db -f haproxy.cfg 2>/dev/null & pid=$!
  pids+=("$pid")
  until curl -sk -o /dev/null "https://127.0.0.1:$port/"; do sleep 0.1; done
  : >posts
  curl -sk -o /dev/null "${@//URL/https://127.0.0.1:$port/}" || :
  kill "$pid"
  echo "$what: $(wc -c <posts) POSTs at the server"
  [[ $(wc -c <posts) == "$expected" ]] || fail=1
}
kept=(--http1.1 URL --next -sk -o /dev/null --http1.1 -d x URL)
try 1 "h1, first request" "" --http1.1 -d x URL
try 2 "h1, kept connection" "" "${kept[@]}"
try 1 "h1, kept connection, option httpclose" "option httpclose" "${kept[@]}"
try 6 "h2, first request" "" --http2 -d x URL
try 6 "h2, first request, option httpclose" "option httpclose" --http2 -d x URL
exit "$fail"
