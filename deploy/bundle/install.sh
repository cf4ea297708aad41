#!/bin/sh
# Installs this bundle under /opt/parksentry on Debian 12 without a network, and again over an older one: data and settings stay.
# Run as root in the unpacked folder. Afterwards: /etc/parksentry/parksentry.env, then one of
#   systemctl enable --now parksentry-whole        everything on this machine, Redis and PostgreSQL too
#   systemctl enable --now parksentry.target       the roles, against REDIS_URL and DATABASE_URL
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ "$(id -u)" = 0 ] || { echo "run it as root" >&2; exit 1; }

getent passwd parksentry >/dev/null || useradd --system --home-dir /var/lib/parksentry --shell /usr/sbin/nologin parksentry
install -d -m 0755 /opt
version=$(basename "$here")
rm -rf "/opt/$version.new"
mkdir "/opt/$version.new"
(cd "$here" && tar cf - package.json bin dist docs db stream node_modules deploy redis) | tar xf - -C "/opt/$version.new" --no-same-owner
rm -rf "/opt/$version"
mv "/opt/$version.new" "/opt/$version"
ln -sfn "$version" /opt/parksentry

install -d -m 0750 -o parksentry -g parksentry /var/lib/parksentry
install -d -m 0750 -g parksentry /etc/parksentry
[ -e /etc/parksentry/parksentry.env ] ||
    install -m 0640 -g parksentry "$here/deploy/systemd/parksentry.env" /etc/parksentry/parksentry.env
if [ -d /etc/systemd/system ]; then
    cp "$here"/deploy/systemd/*.service "$here"/deploy/systemd/*.target /etc/systemd/system/
    ! [ -d /run/systemd/system ] || systemctl daemon-reload
fi
printf '#!/bin/sh\nexec /opt/parksentry/bin/node /opt/parksentry/bin/park "$@"\n' > /usr/local/bin/park
chmod 755 /usr/local/bin/park
echo "installed: $(/usr/local/bin/park --version 2>/dev/null || echo "$version"). Settings: /etc/parksentry/parksentry.env"
