/**
 * What was found on the way to a connection: the candidates of both ends and what went wrong with the servers.
 * Addresses are not kept; kinds and numbers are all that the connection doctor needs.
 */

const MOST = 60;

/** `{type, protocol}` of a candidate's line: host, srflx or prflx, relay; udp or tcp. Null for anything else. */
function kindOf(line) {
  const found = /^(?:a=)?candidate:\S+ \d+ (\w+) \d+ \S+ \d+ typ (\w+)/i.exec(String(line || ""));
  if (!found) return null;
  const type = found[2].toLowerCase();
  return { protocol: found[1].toLowerCase(), type: type === "prflx" ? "srflx" : type };
}

/** `{begin(servers), local(line), remote(line), offered(sdp), failed(event), told}`. */
export function createFindings() {
  const blank = () => ({ here: { host: 0, srflx: 0, relay: 0 }, there: { host: 0, srflx: 0, relay: 0 }, errors: [], relays: 0, stun: 0 });
  let told = blank();
  const count = (end, line) => {
    const kind = kindOf(line);
    if (kind && kind.type in end && end[kind.type] < MOST) end[kind.type] += 1;
  };
  return {
    /** A new connection with these servers. */
    begin(servers) {
      told = blank();
      const urls = (servers || []).flatMap(({ urls: named }) => named || []);
      told.relays = urls.filter((url) => /^turns?:/.test(url)).length;
      told.stun = urls.filter((url) => /^stuns?:/.test(url)).length;
    },
    local: (line) => count(told.here, line),
    remote: (line) => count(told.there, line),
    /** The helper names its candidates in the offer. */
    offered(sdp) {
      const parts = String(sdp || "").split(/^m=/m); // the other parts travel with the first one
      const first = parts.find((part) => part.includes("a=candidate:")) || "";
      first.split(/\r?\n/).filter((line) => line.startsWith("a=candidate:")).slice(0, MOST).forEach((line) => count(told.there, line));
    },
    /** An `icecandidateerror`. */
    failed({ url = "", errorCode = 0 }) {
      const error = { url: String(url).replace(/\?.*$/, ""), code: errorCode };
      if (told.errors.length < 8 && !told.errors.some((one) => one.url === error.url && one.code === error.code)) told.errors.push(error);
    },
    get told() {
      return told;
    },
  };
}
