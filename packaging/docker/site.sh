#!/bin/sh
# Make the site file fit the containers: another address of the server, the site's name, its certificates, as many
# processes as there are. nginx' image runs it before nginx starts; the two paths can be given for tests.
set -eu
from=${1:-/etc/connectassist/site.conf}
to=${2:-/etc/nginx/conf.d/default.conf}
processes=${CONNECTASSIST_PROCESSES:-1}

number=1
uncomment=
while [ "$number" -lt "$processes" ]; do
  if [ "$number" -gt 3 ]; then
    echo "The site file has 4 processes; add the lines of the others to nginx/connectassist.conf." >&2
    exit 1
  fi
  uncomment="$uncomment
s/^\( *\)#\(server 127\.0\.0\.1:$((5001 + number)) \)/\1\2/
s/^#\(upstream connectassist_$number \)/\1/"
  number=$((number + 1))
done

sed -e "$uncomment" \
    -e "s/server 127\.0\.0\.1:/server $CONNECTASSIST_SERVER:/" \
    -e "s/server_name support\.example\.com;/server_name $CONNECTASSIST_NAME;/" \
    -e "s#/etc/letsencrypt/live/support\.example\.com/#/etc/connectassist/certs/#" "$from" > "$to"
