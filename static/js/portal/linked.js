/** The package behind a session's link, in the shape that a code's package has. */
import { familyOf } from "./platforms.js";

/** What `showPackage` shows: `manifest` is the session's, `who` the answer of its doors, `wanted` a platform. */
export function packageOf(manifest, who, wanted) {
  const systems = (manifest.systems || []).filter((each) => each.holds !== "scripts" || each.os === wanted);
  const family = wanted === "phone" ? "" : familyOf(wanted);
  const mine = systems.find((each) => each.os === wanted) || systems.find((each) => each.os === family && each.available)
    || systems.find((each) => each.available) || (manifest.packages || []).find((each) => each.type === "zip");
  return {
    ...who,
    platform: mine.os || "linux",
    platforms: systems.map((each) => ({ key: each.os, label: each.label, available: each.available })),
    download_url: mine.downloadUrl,
    file_name: `${mine.label} package (ZIP)`,
  };
}
