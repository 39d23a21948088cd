# readonce in an empty image: one statically linked binary, no shell, no root.
#
#   docker build -t readonce .
#   docker run -p 127.0.0.1:7143:7143 -v readonce:/data readonce
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock askama.toml ./
COPY bench bench
COPY config config
COPY docs/openapi.json docs/openapi-v2.json docs/
COPY locales locales
COPY migrations migrations
COPY src src
# Naming the target keeps build scripts and macros out of the static flags; glibc's own name resolution is linked in.
RUN target="$(rustc -vV | sed -n 's/^host: //p')" \
 && RUSTFLAGS="-C target-feature=+crt-static" cargo build --locked --release --bin readonce --target "$target" \
 && install -D "target/$target/release/readonce" /image/readonce \
 && install -D /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ca-certificates.crt \
 && install -d -m 0700 -o 65532 -g 65532 /image/data

FROM scratch
COPY --from=build /image/etc /etc
COPY --from=build /image/readonce /readonce
COPY --from=build --chown=65532:65532 /image/data /data
USER 65532:65532
# /data is the only place that is written to: the root may be read-only.
VOLUME /data
ENV READONCE_LISTEN=0.0.0.0:7143 \
    READONCE_STORE=sqlite:/data/readonce.db \
    READONCE_KEYRING_FILE=/data/readonce.keys
EXPOSE 7143
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/readonce", "status"]
ENTRYPOINT ["/readonce"]
CMD ["serve"]
