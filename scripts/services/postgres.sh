# A throw-away PostgreSQL for scripts/with-services, which sources this file: durable in nothing, trusting everyone on
# 127.0.0.1. Uses $dir, $port, as_user and fail from there.
# shellcheck shell=bash disable=SC2154

# The newest server's programs: in the path, or where Debian puts each version.
find_postgres() {
  local found
  found=$(command -v initdb || printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
  [[ -x $found ]] && dirname "$(readlink -f "$found")"
}

pg_ctl() { as_user "$postgres/pg_ctl" -s -w -t 60 -D "$dir/postgres" "$@"; }

prepare_postgres() {
  as_user "$postgres/initdb" -D "$dir/postgres" -U postgres -A trust -E UTF8 --locale=C --no-sync >/dev/null
  cat >>"$dir/postgres/postgresql.conf" <<'CONF'
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
# Nothing here outlives the run, so a crash may lose it all.
fsync = off
synchronous_commit = off
full_page_writes = off
CONF
}

# Succeeds once a query was answered.
start_postgres() {
  pg_ctl start -l "$dir/postgres.log" -o "-p $port" 2>/dev/null &&
    [[ $(as_user "$postgres/psql" -XAtqc 'select 1' "postgres://postgres@127.0.0.1:$port/postgres") == 1 ]]
}

# Signals the one process whose id stands in this data folder, and waits for it.
stop_postgres() {
  [[ ! -e $dir/postgres/postmaster.pid ]] || pg_ctl stop -m immediate || true
}
