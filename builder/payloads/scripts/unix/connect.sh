#!/bin/sh
# Tells the server that this computer is here, opens the chat, and shows the screen by VNC if x11vnc is installed.
here=$(cd "$(dirname "$0")" && pwd)

setting() {
    tr -d '\r\n' <"$here/config.json" | sed -n "s/.*\"$1\"[ ]*:[ ]*\"\{0,1\}\($2\).*/\1/p"
}
session=$(setting sessionId '[A-Z0-9-]*')
server=$(setting server '[^",]*')
port=$(setting port '[0-9]*')
name=$(uname -n | tr -c 'A-Za-z0-9._\n-' '_')
body="{\"sessionId\":\"$session\",\"vncPort\":5900,\"clientInfo\":{\"os\":\"$(uname -s)\",\"hostname\":\"$name\",\"userAgent\":\"ConnectAssist script\"}}"

if command -v curl >/dev/null 2>&1; then
    curl -fsS -H 'Content-Type: application/json' -d "$body" "$server/api/sessions/register" >/dev/null
elif command -v wget >/dev/null 2>&1; then
    wget -q -O /dev/null --header='Content-Type: application/json' --post-data="$body" "$server/api/sessions/register"
else
    echo "This needs curl or wget." >&2
    exit 1
fi || {
    echo "The server can't be reached. Check the Internet connection and tell your technician." >&2
    exit 1
}
page="$server/customer/xp-chat.html?session=$session"
echo "Connected as $session. Write to your technician here: $page"
for open in xdg-open open; do
    if command -v $open >/dev/null 2>&1; then
        $open "$page" >/dev/null 2>&1 &
        break
    fi
done
if [ -n "$port" ] && [ -n "$DISPLAY" ] && command -v x11vnc >/dev/null 2>&1; then
    host=$(printf %s "$server" | sed 's,^[a-z]*://,,; s,[:/].*,,')
    exec x11vnc -quiet -once -connect "$host:$port"
fi
