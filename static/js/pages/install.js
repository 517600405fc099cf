/** Until when the download is good, by this computer's own clock. */
import { dateTime } from "../core/format.js";

const until = document.querySelector("time");
until.textContent = dateTime(until.dateTime);
