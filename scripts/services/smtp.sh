# A real SMTP server (Exim) for scripts/with-services, which sources this file: own configuration, spool, log and
# certificate, delivering into $dir/mail. Uses $dir, $port, $here, $user, $group and as_user from there.
# shellcheck shell=bash disable=SC2154

exim_pid=

prepare_smtp() {
  mkdir -p "$dir/smtp/spool" "$dir/mail"
  install -m 755 "$here/tests/smtp/deliver" "$dir/smtp/deliver"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 7 -subj /CN=localhost \
    -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
    -keyout "$dir/smtp/key.pem" -out "$dir/smtp/cert.pem" 2>"$dir/smtp.log"
  chown -R "$user:$group" "$dir/smtp" "$dir/mail"
}

# Listens on $port (STARTTLS), $smtps_port (TLS from the first byte) and $clear_port (neither); succeeds once the server
# has greeted.
start_smtp() {
  smtps_port=$(free_port) clear_port=$(free_port)
  sed "s|@DIR@|$dir|g; s|@UID@|$user|; s|@GID@|$group|; s|@TLS_PORT@|$smtps_port|; s|@CLEAR_PORT@|$clear_port|" \
    "$here/tests/smtp/exim.conf" >"$dir/smtp/exim.conf"
  (cd "$dir" && exec "${as_user[@]}" "$exim" -C "$dir/smtp/exim.conf" -bdf -oX "$port:$smtps_port:$clear_port") \
    >"$dir/smtp.log" 2>&1 &
  exim_pid=$!
  for _ in {1..100}; do
    kill -0 "$exim_pid" 2>/dev/null || break
    # Its own log first: whoever else listens on this port greets too.
    if grep -qs "daemon started: pid=$exim_pid," "$dir/smtp/mainlog" && [[ $(greeting) == 220* ]]; then
      return
    fi
    sleep 0.1
  done
  stop_smtp
  return 1
}

greeting() (
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  read -r -t 5 line <&3
  printf 'QUIT\r\n' >&3
  echo "$line"
)

stop_smtp() {
  [[ -n $exim_pid ]] || return 0
  kill "$exim_pid" 2>/dev/null || true
  wait "$exim_pid" 2>/dev/null || true
  exim_pid=
}
