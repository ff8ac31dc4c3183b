# Starts and stops the servers that tests share. Sourced by .ci/test; $work is the folder for their files.
# What must know our own URLs (identity providers) is started by the tests themselves, package interop.

servers=()

start_servers() {
	start_redis && start_postgres && start_clamd || return 1
	export CLOUDPOCKET_TEST_CHROMIUM CLOUDPOCKET_TEST_NODE CLOUDPOCKET_TEST_SENTINEL
	CLOUDPOCKET_TEST_CHROMIUM=$(command -v chromium)
	CLOUDPOCKET_TEST_NODE=$(node_path)
	CLOUDPOCKET_TEST_SENTINEL=$(command -v redis-sentinel)
	export CLOUDPOCKET_TEST_AXE=$cache/npm/node_modules/axe-core/axe.min.js
	export CLOUDPOCKET_TEST_PREVIEW_CODE=$cache/preview-code
	export CLOUDPOCKET_TEST_OIDC_PROVIDER=$cache/npm
	export CLOUDPOCKET_TEST_SIMPLESAMLPHP=/usr/share/simplesamlphp
}

# spawn SIGNAL COMMAND… starts a server in the background; the kernel sends it SIGNAL should this script be killed.
spawn() {
	local signal=$1
	shift
	setpriv --pdeathsig "$signal" "$@" </dev/null >>"$work/servers.log" 2>&1 &
	servers+=($!)
}

# on_port START READY tries START PORT on unused ports until READY PORT succeeds.
on_port() {
	local try tick port
	for try in 1 2 3 4 5 6; do
		port=$((20000 + RANDOM % 12000))
		! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || continue
		"$1" "$port"
		for ((tick = 0; tick < 200; tick++)); do
			! "$2" "$port" >/dev/null 2>&1 || return 0
			kill -0 "${servers[-1]}" 2>/dev/null || break
			sleep 0.1
		done
	done
	cat "$work/servers.log" >&2
	return 1
}

start_redis() {
	mkdir -p "$work/redis"
	spawn_redis() { spawn TERM redis-server --bind 127.0.0.1 --port "$1" --databases 512 --save '' --dir "$work/redis"; }
	ready_redis() {
		[ "$(redis-cli -p "$1" config get dir | tail -1)" = "$work/redis" ] &&
			export CLOUDPOCKET_TEST_REDIS=redis://127.0.0.1:$1
	}
	on_port spawn_redis ready_redis
}

start_postgres() {
	local bin as=() password
	bin=$(postgres_bin)
	# PostgreSQL refuses to run as root; an ordinary account runs it as itself.
	[ "$(id -u)" != 0 ] || as=(--reuid postgres --regid postgres --clear-groups)
	password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
	mkdir "$work/postgres"
	echo "$password" >"$work/postgres.password"
	[ "$(id -u)" != 0 ] || chown postgres "$work/postgres" "$work/postgres.password"
	(cd / && setpriv "${as[@]}" "$bin/initdb" -D "$work/postgres" -U postgres --pwfile="$work/postgres.password" \
		--auth=scram-sha-256 --no-sync --encoding=UTF8 --locale=C.UTF-8) >>"$work/servers.log" 2>&1 || { cat "$work/servers.log" >&2 && return 1; }
	spawn_postgres() {
		spawn INT "${as[@]}" "$bin/postgres" -D "$work/postgres" -p "$1" -c listen_addresses=127.0.0.1 \
			-c unix_socket_directories= -c max_connections=300 -c log_min_messages=fatal
	}
	ready_postgres() {
		export CLOUDPOCKET_TEST_POSTGRES="postgres://postgres:$password@127.0.0.1:$1/postgres?sslmode=disable"
		"$bin/psql" -qAt -c 'show data_directory' "$CLOUDPOCKET_TEST_POSTGRES" | grep -qx "$work/postgres"
	}
	on_port spawn_postgres ready_postgres
}

# clamd has two signatures of our own and needs none of ClamAV's: EICAR's test file by its MD5, and a marker by its bytes.
start_clamd() {
	local marker
	marker=$(printf cloudpocket-test-marker | od -An -v -tx1 | tr -d ' \n')
	mkdir -p "$work/clamd/signatures"
	echo 44d88612fea8a8f36de82e1278abb02f:68:Test.Eicar >"$work/clamd/signatures/test.hdb"
	echo "Test.Marker:0:*:$marker" >"$work/clamd/signatures/test.ndb"
	spawn_clamd() {
		printf '%s\n' 'Foreground yes' "TCPSocket $1" 'TCPAddr 127.0.0.1' "DatabaseDirectory $work/clamd/signatures" \
			"TemporaryDirectory $work/clamd" 'StreamMaxLength 12M' "LogFile $work/clamd/log" >"$work/clamd/conf"
		spawn TERM /usr/sbin/clamd --config-file="$work/clamd/conf"
	}
	ready_clamd() (
		exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'zPING\0' >&3 &&
			IFS= read -r -d '' -t 5 answer <&3 && [ "$answer" = PONG ] && grep -q "\]:$1\$" "$work/clamd/log"
	)
	on_port spawn_clamd ready_clamd || return 1
	export CLOUDPOCKET_TEST_CLAMD CLOUDPOCKET_TEST_CLAMD_BINARY=/usr/sbin/clamd
	export CLOUDPOCKET_TEST_CLAMD_SIGNATURES=$work/clamd/signatures
	CLOUDPOCKET_TEST_CLAMD=tcp://127.0.0.1:$(sed -n 's/^TCPSocket //p' "$work/clamd/conf")
}

stop_servers() {
	local pid tick
	for pid in "${servers[@]}"; do kill -QUIT "$pid" 2>/dev/null || true; done
	for pid in "${servers[@]}"; do
		for ((tick = 0; tick < 100; tick++)); do kill -0 "$pid" 2>/dev/null && sleep 0.05 || break; done
		kill -KILL "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
}
