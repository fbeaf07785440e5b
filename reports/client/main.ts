/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The script of a report page. It adds to the page; nothing in the page needs it. */
import { type PageData, revivedNumber } from "../views/page-data.ts";
import { enableSaving } from "./save-figure.ts";
import { enhanceTables } from "./tables.ts";
import { enableWhatIf } from "./what-if.ts";

document.documentElement.classList.add("scripted");
enhanceTables();
enableSaving();
const data = document.getElementById("page-data");
if (data) enableWhatIf(JSON.parse(data.textContent!, revivedNumber) as PageData);
