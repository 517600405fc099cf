/**
 * The connection doctor: which way the picture comes, why this one, and what to try. Pure.
 *
 * `diagnose({transport, forced, reason, rtt, relayed, failed, findings})` → `{label, headline, points, advice}`; points
 * are `{good, text}`. `rtt` is in ms or null, `failed` the number of ways that were tried in vain, `findings` what
 * findings.js tells.
 */

export function diagnose(facts) {
  const label = `${name(facts)}${Number.isFinite(facts.rtt) ? ` · ${facts.rtt} ms` : ""}`;
  return { label, headline: headline(facts), points: points(facts), advice: advice(facts) };
}

function name({ transport, relayed }) {
  if (transport === "tiles") return "Tiles";
  return relayed ? "Relayed" : "Direct";
}

function headline({ transport, relayed, forced, reason, findings }) {
  if (transport !== "tiles" && !relayed) return "Live video straight from the customer's computer: the shortest way there is.";
  if (transport !== "tiles") {
    const shy = [["this browser", findings.here], ["the customer's computer", findings.there]].find(([, end]) => !end.host && !end.srflx);
    return `Live video through the relay: ${shy ? `${shy[0]} offered no other way` : "no direct way let packets through"}.`;
  }
  if (!forced) return "Single pictures through the server, as chosen under “Route”.";
  return `Single pictures through the server, because live video failed${reason ? `: ${lower(reason)}.` : "."}`;
}

function points({ transport, relayed, forced, failed, findings }) {
  if (transport === "tiles" && !forced) return [];
  const { here, there, errors, relays } = findings;
  const some = (end) => end.host + end.srflx + end.relay > 0;
  const list = [
    { good: some(here), text: `This browser found ${counted(here)}` },
    { good: some(there), text: `The customer's computer found ${counted(there)}` },
  ];
  if (failed > 0 && (relayed || transport === "tiles")) list.push({ good: false, text: `${failed} ${failed === 1 ? "way was" : "ways were"} tried in vain` });
  if (!relays && transport === "tiles") list.push({ good: false, text: "This server names no relay" });
  // A browser asks each server from each of its networks; where one of them answered, the others don't matter.
  const missed = errors.filter(({ url }) => !(/^turns?:/.test(url) ? here.relay : here.srflx));
  for (const error of missed) list.push({ good: false, text: `${error.url || "A server"} ${meaning(error.code)}` });
  return list;
}

function counted({ host, srflx, relay }) {
  const parts = [
    host && `${host} own address${host === 1 ? "" : "es"}`,
    srflx && `${srflx} public address${srflx === 1 ? "" : "es"}`,
    relay && `${relay === 1 ? "a" : relay} relay${relay === 1 ? "" : "s"}`,
  ].filter(Boolean);
  return parts.length ? parts.join(", ").replace(/, ([^,]*)$/, " and $1") : "no way at all";
}

function meaning(code) {
  if (code === 401 || code === 438) return "did not accept this server's credentials: its secret or its clock differs";
  if (code === 701) return "did not answer";
  return `answered with error ${code}`;
}

function advice({ transport, relayed, forced, findings }) {
  const { here, there, relays } = findings;
  if (transport !== "tiles") {
    if (!relayed) return "Nothing to do.";
    return "It works as it is. To make it quicker, let UDP out at one of the two ends, or bring both into one network or VPN.";
  }
  if (!forced) return "“Route” goes back to live video.";
  if (!relays) return "Ask your administrator for a relay (the setting CONNECTASSIST_TURN_URLS), or try again from another network.";
  if (!here.relay && !there.relay) return "Neither end reached the relay: check that it runs and that its ports are open.";
  if (!here.relay) return "This browser did not reach the relay: its network may block UDP and TCP port 3478. Try another network.";
  if (!there.relay) return "The customer's computer did not reach the relay: its network may block UDP and TCP port 3478. Try another network there.";
  return "Both ends reached the relay, but no picture came through: check the relay's log. “Route” tries again.";
}

const lower = (text) => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "");
