# Installs what tests need and the machine lacks. Sourced by .ci/test; $cache is the folder for what npm and go bring.

oidc_provider_version=9.13.3
axe_version=4.14.1
express_version=5.3.0 # what a partner's back end may be made with
# What the wrappers in examples/embed are for, and what bundles them for a test.
esbuild_version=0.28.2
vue_version=3.5.45
react_version=19.3.1
angular_version=21.2.26
rxjs_version=7.8.2
node_version=22.20.0
staticcheck_version=v0.8.2

install_needed() {
	install_debian && install_npm && install_staticcheck
}

# missing_packages prints the Debian packages whose part that tests need is not there.
missing_packages() {
	local modules
	need() { "${@:2}" >/dev/null 2>&1 || echo "$1"; }
	need redis-server command -v redis-server
	need redis-sentinel command -v redis-sentinel
	need postgresql postgres_bin
	need chromium command -v chromium
	need fonts-noto-cjk test -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
	need fonts-ipafont-gothic test -e /usr/share/fonts/opentype/ipafont-gothic/ipag.ttf
	need simplesamlphp test -e /usr/share/simplesamlphp/www/module.php
	need php-cli command -v php
	modules=$(php -m 2>/dev/null || true)
	need php-xml grep -qx dom <<<"$modules"
	need php-mbstring grep -qx mbstring <<<"$modules"
	need clamav-daemon test -x /usr/sbin/clamd
	need xsltproc command -v xsltproc
	need libxml2-utils command -v xmllint
	need zip command -v zip
	need xmlsec1 command -v xmlsec1
	need curl command -v curl
	need git command -v git
	need npm command -v npm
	need ca-certificates test -e /etc/ssl/certs/ca-certificates.crt
}

install_debian() {
	local missing
	mapfile -t missing < <(missing_packages)
	[ ${#missing[@]} -gt 0 ] || return 0
	if [ "$(id -u)" != 0 ]; then
		echo "These Debian packages are missing; install them as root: apt-get install ${missing[*]}" >&2
		return 1
	fi
	echo "installing ${missing[*]}"
	export DEBIAN_FRONTEND=noninteractive
	local apt=(apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
	"${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null
}

# postgres_bin prints the folder of the newest PostgreSQL server installed.
postgres_bin() {
	local bin
	bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
	[ -x "$bin/initdb" ] && echo "$bin"
}

install_npm() {
	npm_has oidc-provider "$oidc_provider_version" || npm_install "oidc-provider@$oidc_provider_version"
	npm_has axe-core "$axe_version" || npm_install "axe-core@$axe_version"
	npm_has express "$express_version" || npm_install "express@$express_version"
	npm_has esbuild "$esbuild_version" && npm_has vue "$vue_version" && npm_has react-dom "$react_version" && npm_has @angular/core "$angular_version" ||
		npm_install "esbuild@$esbuild_version" "vue@$vue_version" "react@$react_version" "react-dom@$react_version" \
			"@angular/core@$angular_version" "@angular/compiler@$angular_version" "@angular/common@$angular_version" "@angular/platform-browser@$angular_version" "rxjs@$rxjs_version"
	node_path >/dev/null || npm_install "node-linux-$(node_arch)@$node_version"
}

npm_has() { grep -q "\"version\": \"$2\"" "$cache/npm/node_modules/$1/package.json" 2>/dev/null; }

npm_install() {
	mkdir -p "$cache/npm"
	[ -e "$cache/npm/package.json" ] || echo '{"private": true}' >"$cache/npm/package.json"
	npm install --prefix "$cache/npm" --save-exact --ignore-scripts --no-audit --no-fund --loglevel=error "$@"
}

# node_path prints a Node.js that can run oidc-provider. Debian's own is too old, so one from npm stands in there.
node_path() {
	local node
	for node in "$(command -v node)" "$cache/npm/node_modules/node-linux-$(node_arch)/bin/node"; do
		[ -x "$node" ] && "$node" -e 'URL.parse("http://localhost") || process.exit(1)' 2>/dev/null && echo "$node" && return
	done
	return 1
}

node_arch() { case $(uname -m) in aarch64) echo arm64 ;; *) echo x64 ;; esac; }

install_staticcheck() {
	[ "$(cat "$cache/bin/staticcheck.version" 2>/dev/null)" != "$staticcheck_version" ] || return 0
	mkdir -p "$cache/bin"
	GOBIN=$cache/bin go install "honnef.co/go/tools/cmd/staticcheck@$staticcheck_version"
	echo "$staticcheck_version" >"$cache/bin/staticcheck.version"
}
